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
    """The audio features of a track: the API's AudioFeaturesObject."""

    type: str = "audio_features"
    """`audio_features`."""
    id: str | None = field(default_factory=Absences.note)
    """The track's id; None if unknown."""
    uri: str | None = field(default_factory=Absences.note)
    """The track's URI; None if unknown."""
    acousticness: float | None = None
    """The confidence that the track is acoustic, from 0 to 1."""
    danceability: float | None = None
    """How suitable the track is for dancing, from 0 to 1."""
    duration_ms: int = 0
    """The duration in milliseconds; 0 if missing (see `duration`)."""
    energy: float | None = None
    """The intensity, from 0 to 1."""
    instrumentalness: float | None = None
    """The confidence that the track contains no vocals, from 0 to 1."""
    key: int | None = None
    """The pitch class, -1 if none was detected."""
    liveness: float | None = None
    """The confidence that the track was performed live, from 0 to 1."""
    loudness: float | None = None
    """Decibels, usually between -60 and 0."""
    mode: int | None = None
    """1 for major, 0 for minor."""
    speechiness: float | None = None
    """The share of spoken words, from 0 to 1."""
    tempo: float | None = None
    """Beats per minute."""
    time_signature: int | None = None
    """Beats in a bar."""
    valence: float | None = None
    """How positive the track sounds, from 0 to 1."""
    track_href: str | None = None
    """The URL of the track in the API."""
    analysis_url: str | None = None
    """The URL of the audio analysis in the API."""

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
    """The response to a request for the audio features of several tracks."""

    audio_features: list[AudioFeatures | None]
    """One object per id, in order; None for an unknown id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInterval(SpotifyModel):
    """A bar, a beat or a tatum: the API's TimeIntervalObject."""

    start: float | None = None
    """Seconds from the start; None if missing."""
    duration: float | None = None
    """Seconds; None if missing."""
    confidence: float | None = None
    """From 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(TimeInterval):
    """A section of a track such as a verse or a solo: the API's SectionObject. It extends `TimeInterval`."""

    loudness: float | None = None
    """Decibels."""
    tempo: float | None = None
    """Beats per minute."""
    tempo_confidence: float | None = None
    """From 0 to 1."""
    key: int | None = None
    """The pitch class, -1 if none was detected."""
    key_confidence: float | None = None
    """From 0 to 1."""
    mode: int | None = None
    """1 for major, 0 for minor, -1 if none was detected."""
    mode_confidence: float | None = None
    """From 0 to 1."""
    time_signature: int | None = None
    """Beats in a bar."""
    time_signature_confidence: float | None = None
    """From 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(TimeInterval):
    """A segment of constant sound: the API's SegmentObject. It extends `TimeInterval`."""

    loudness_start: float | None = None
    """Decibels at the start."""
    loudness_max: float | None = None
    """Maximum decibels."""
    loudness_max_time: float | None = None
    """Seconds from the start to the maximum."""
    loudness_end: float | None = None
    """Decibels at the end."""
    pitches: list[float] = field(default_factory=list[float])
    """The strength of each of the 12 pitch classes, from 0 to 1."""
    timbre: list[float] = field(default_factory=list[float])
    """12 coefficients, centred around 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioAnalysisMeta(SpotifyModel):
    """How an audio analysis was created."""

    analyzer_version: str | None = None
    """The analyser's version."""
    platform: str | None = None
    """The platform of the analyser."""
    detailed_status: str | None = None
    """Why data is missing, if any is."""
    status_code: int | None = None
    """0 on success, 1 on failure."""
    timestamp: int | None = None
    """When it was created, in seconds since 1970."""
    analysis_time: float | None = None
    """The duration of the analysis in seconds."""
    input_process: str | None = None
    """How the audio was decoded."""

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Convert a timestamp of digits in a string, which Spotify has been seen to send."""
        return integer_from_digits(data, "timestamp")


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioAnalysisTrack(SpotifyModel):
    """The part of an audio analysis about the whole track."""

    num_samples: int | None = None
    """The number of samples analysed."""
    duration: float | None = None
    """Seconds."""
    sample_md5: str | None = None
    """Always empty."""
    offset_seconds: int | None = None
    """The start of the analysis: always 0."""
    window_seconds: int | None = None
    """The length of the analysis if not of the whole track: always 0."""
    analysis_sample_rate: int | None = None
    """Samples per second."""
    analysis_channels: int | None = None
    """1 if all channels were mixed down."""
    end_of_fade_in: float | None = None
    """Seconds from the start."""
    start_of_fade_out: float | None = None
    """Seconds from the start; the duration if there is no fade-out."""
    loudness: float | None = None
    """Decibels."""
    tempo: float | None = None
    """Beats per minute."""
    tempo_confidence: float | None = None
    """From 0 to 1."""
    time_signature: int | None = None
    """Beats in a bar."""
    time_signature_confidence: float | None = None
    """From 0 to 1."""
    key: int | None = None
    """The pitch class, -1 if none was detected."""
    key_confidence: float | None = None
    """From 0 to 1."""
    mode: int | None = None
    """1 for major, 0 for minor."""
    mode_confidence: float | None = None
    """From 0 to 1."""
    codestring: str | None = None
    """An Echo Nest fingerprint."""
    code_version: float | None = None
    """The version of its format."""
    echoprintstring: str | None = None
    """An EchoPrint fingerprint."""
    echoprint_version: float | None = None
    """The version of its format."""
    synchstring: str | None = None
    """A Synchstring."""
    synch_version: float | None = None
    """The version of its format."""
    rhythmstring: str | None = None
    """A Rhythmstring."""
    rhythm_version: float | None = None
    """The version of its format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioAnalysis(SpotifyModel):
    """The audio analysis of a track: the API's AudioAnalysisObject. The response may exceed a megabyte."""

    track: AudioAnalysisTrack | None = None
    """The analysis of the whole track; None if missing."""
    meta: AudioAnalysisMeta | None = None
    """How the analysis was created."""
    bars: list[TimeInterval] = field(default_factory=list[TimeInterval])
    """The bars (measures)."""
    beats: list[TimeInterval] = field(default_factory=list[TimeInterval])
    """The beats."""
    sections: list[Section] = field(default_factory=list[Section])
    """Sections such as verses and solos."""
    segments: list[Segment] = field(default_factory=list[Segment])
    """Segments of constant sound."""
    tatums: list[TimeInterval] = field(default_factory=list[TimeInterval])
    """The smallest regular pulses."""
