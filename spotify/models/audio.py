"""Audio features and audio analysis of tracks, unavailable to applications created after November 2024.

Loudness is in decibels, tempo in beats per minute, times in seconds unless a name ends in `_ms`. A `key` is a pitch
class (0 is C, 1 is C sharp, up to 11), -1 if none was detected. A `mode` is 1 for major, 0 for minor, -1 if none was
detected. A `time_signature` is the number of beats in a bar. A `…_confidence` ranges from 0 to 1. Missing values are
None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from spotify.models.base import JsonValue, SpotifyModel, integer_from_digits
from spotify.models.common import Several, timedelta_from_ms
from spotify.models.identity import Absences, IdentifiedModel, with_identity


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFeatures(IdentifiedModel):
    """The audio features of a track: the API's AudioFeaturesObject.

    Attributes:
        type: `audio_features`.
        id: The track's id; None if unknown.
        uri: The track's URI; None if unknown.
        acousticness: The confidence that the track is acoustic, from 0 to 1.
        danceability: How suitable the track is for dancing, from 0 to 1.
        duration_ms: The duration in milliseconds; 0 if missing (see `duration`).
        energy: The intensity, from 0 to 1.
        instrumentalness: The confidence that the track contains no vocals, from 0 to 1.
        key: The pitch class, -1 if none was detected.
        liveness: The confidence that the track was performed live, from 0 to 1.
        loudness: Decibels, usually between -60 and 0.
        mode: 1 for major, 0 for minor.
        speechiness: The share of spoken words, from 0 to 1.
        tempo: Beats per minute.
        time_signature: Beats in a bar.
        valence: How positive the track sounds, from 0 to 1.
        track_href: The URL of the track in the API.
        analysis_url: The URL of the audio analysis in the API.
    """

    type: str = "audio_features"
    id: str | None = field(default_factory=Absences.note)
    uri: str | None = field(default_factory=Absences.note)
    acousticness: float | None = None
    danceability: float | None = None
    duration_ms: int = 0
    energy: float | None = None
    instrumentalness: float | None = None
    key: int | None = None
    liveness: float | None = None
    loudness: float | None = None
    mode: int | None = None
    speechiness: float | None = None
    tempo: float | None = None
    time_signature: int | None = None
    valence: float | None = None
    track_href: str | None = None
    analysis_url: str | None = None

    @property
    def duration(self) -> timedelta:
        """The duration."""
        return timedelta_from_ms(self.duration_ms)

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Add the id and the URI of the track that the data lacks, if they follow from each other or from a URL."""
        return with_identity(data, "track", href="track_href")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralAudioFeatures(Several):
    """The response to a request for the audio features of several tracks.

    Attributes:
        audio_features: One object per id, in order; None for an unknown id.
    """

    audio_features: list[AudioFeatures | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInterval(SpotifyModel):
    """A bar, a beat or a tatum: the API's TimeIntervalObject.

    Attributes:
        start: Seconds from the start; None if missing.
        duration: Seconds; None if missing.
        confidence: From 0 to 1.
    """

    start: float | None = None
    duration: float | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(TimeInterval):
    """A section of a track such as a verse or a solo: the API's SectionObject. It extends `TimeInterval`.

    Attributes:
        loudness: Decibels.
        tempo: Beats per minute.
        tempo_confidence: From 0 to 1.
        key: The pitch class, -1 if none was detected.
        key_confidence: From 0 to 1.
        mode: 1 for major, 0 for minor, -1 if none was detected.
        mode_confidence: From 0 to 1.
        time_signature: Beats in a bar.
        time_signature_confidence: From 0 to 1.
    """

    loudness: float | None = None
    tempo: float | None = None
    tempo_confidence: float | None = None
    key: int | None = None
    key_confidence: float | None = None
    mode: int | None = None
    mode_confidence: float | None = None
    time_signature: int | None = None
    time_signature_confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(TimeInterval):
    """A segment of constant sound: the API's SegmentObject. It extends `TimeInterval`.

    Attributes:
        loudness_start: Decibels at the start.
        loudness_max: Maximum decibels.
        loudness_max_time: Seconds from the start to the maximum.
        loudness_end: Decibels at the end.
        pitches: The strength of each of the 12 pitch classes, from 0 to 1.
        timbre: 12 coefficients, centred around 0.
    """

    loudness_start: float | None = None
    loudness_max: float | None = None
    loudness_max_time: float | None = None
    loudness_end: float | None = None
    pitches: list[float] = field(default_factory=list[float])
    timbre: list[float] = field(default_factory=list[float])


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioAnalysisMeta(SpotifyModel):
    """How an audio analysis was created.

    Attributes:
        analyzer_version: The analyser's version.
        platform: The platform of the analyser.
        detailed_status: Why data is missing, if any is.
        status_code: 0 on success, 1 on failure.
        timestamp: When it was created, in seconds since 1970.
        analysis_time: The duration of the analysis in seconds.
        input_process: How the audio was decoded.
    """

    analyzer_version: str | None = None
    platform: str | None = None
    detailed_status: str | None = None
    status_code: int | None = None
    timestamp: int | None = None
    analysis_time: float | None = None
    input_process: str | None = None

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Convert a timestamp of digits in a string, which Spotify has been seen to send."""
        return integer_from_digits(data, "timestamp")


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioAnalysisTrack(SpotifyModel):
    """The part of an audio analysis about the whole track.

    Attributes:
        num_samples: The number of samples analysed.
        duration: Seconds.
        sample_md5: Always empty.
        offset_seconds: The start of the analysis: always 0.
        window_seconds: The length of the analysis if not of the whole track: always 0.
        analysis_sample_rate: Samples per second.
        analysis_channels: 1 if all channels were mixed down.
        end_of_fade_in: Seconds from the start.
        start_of_fade_out: Seconds from the start; the duration if there is no fade-out.
        loudness: Decibels.
        tempo: Beats per minute.
        tempo_confidence: From 0 to 1.
        time_signature: Beats in a bar.
        time_signature_confidence: From 0 to 1.
        key: The pitch class, -1 if none was detected.
        key_confidence: From 0 to 1.
        mode: 1 for major, 0 for minor.
        mode_confidence: From 0 to 1.
        codestring: An Echo Nest fingerprint.
        code_version: The version of its format.
        echoprintstring: An EchoPrint fingerprint.
        echoprint_version: The version of its format.
        synchstring: A Synchstring.
        synch_version: The version of its format.
        rhythmstring: A Rhythmstring.
        rhythm_version: The version of its format.
    """

    num_samples: int | None = None
    duration: float | None = None
    sample_md5: str | None = None
    offset_seconds: int | None = None
    window_seconds: int | None = None
    analysis_sample_rate: int | None = None
    analysis_channels: int | None = None
    end_of_fade_in: float | None = None
    start_of_fade_out: float | None = None
    loudness: float | None = None
    tempo: float | None = None
    tempo_confidence: float | None = None
    time_signature: int | None = None
    time_signature_confidence: float | None = None
    key: int | None = None
    key_confidence: float | None = None
    mode: int | None = None
    mode_confidence: float | None = None
    codestring: str | None = None
    code_version: float | None = None
    echoprintstring: str | None = None
    echoprint_version: float | None = None
    synchstring: str | None = None
    synch_version: float | None = None
    rhythmstring: str | None = None
    rhythm_version: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioAnalysis(SpotifyModel):
    """The audio analysis of a track: the API's AudioAnalysisObject. The response may exceed a megabyte.

    Attributes:
        track: The analysis of the whole track; None if missing.
        meta: How the analysis was created.
        bars: The bars (measures).
        beats: The beats.
        sections: Sections such as verses and solos.
        segments: Segments of constant sound.
        tatums: The smallest regular pulses.
    """

    track: AudioAnalysisTrack | None = None
    meta: AudioAnalysisMeta | None = None
    bars: list[TimeInterval] = field(default_factory=list[TimeInterval])
    beats: list[TimeInterval] = field(default_factory=list[TimeInterval])
    sections: list[Section] = field(default_factory=list[Section])
    segments: list[Segment] = field(default_factory=list[Segment])
    tatums: list[TimeInterval] = field(default_factory=list[TimeInterval])
