"""What Spotify measured of a track's sound. Gone for apps that were new after November 2024.

Loudness is in decibels, tempo in beats per minute, times in seconds unless a name ends in `_ms`. A `key` is a pitch
class (0 is C, 1 is C sharp, and so on to 11), -1 if none was found. A `mode` is 1 for major, 0 for minor, -1 if none
was found. A `time_signature` is the number of beats in a bar. A `…_confidence` goes from 0 to 1. What Spotify did not
send is None.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from spotify.models.base import SpotifyModel
from spotify.models.common import timedelta_from_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFeatures(SpotifyModel):
    """A track's sound in a dozen numbers: the API's AudioFeaturesObject.

    Attributes:
        type: `audio_features`.
        id: The track's id.
        uri: The track's URI.
        acousticness: How sure it is that the track is acoustic, from 0 to 1.
        danceability: How well one can dance to it, from 0 to 1.
        duration_ms: The track's length in milliseconds; 0 if Spotify did not say. See `duration`.
        energy: How intense it is, from 0 to 1.
        instrumentalness: How sure it is that nobody sings, from 0 to 1.
        key: The pitch class, -1 if none was found.
        liveness: How sure it is that there was an audience, from 0 to 1.
        loudness: Decibels, mostly between -60 and 0.
        mode: 1 for major, 0 for minor.
        speechiness: How much of it is speech, from 0 to 1.
        tempo: Beats per minute.
        time_signature: Beats in a bar.
        valence: How cheerful it is, from 0 to 1.
        track_href: The request for the track.
        analysis_url: The request for the audio analysis.
    """

    type: str
    id: str
    uri: str
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
        """The track's length."""
        return timedelta_from_ms(self.duration_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralAudioFeatures(SpotifyModel):
    """The audio features of several tracks.

    Attributes:
        audio_features: One for each id, in order; None for an unknown id.
    """

    audio_features: list[AudioFeatures | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInterval(SpotifyModel):
    """A bar, a beat or a tatum: the API's TimeIntervalObject.

    Attributes:
        start: Seconds from the start.
        duration: Seconds.
        confidence: From 0 to 1.
    """

    start: float
    duration: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(TimeInterval):
    """A part of a track such as a verse or a solo: the API's SectionObject. A `TimeInterval` with more.

    Attributes:
        loudness: Decibels.
        tempo: Beats per minute.
        tempo_confidence: From 0 to 1.
        key: The pitch class, -1 if none was found.
        key_confidence: From 0 to 1.
        mode: 1 for major, 0 for minor, -1 if none was found.
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
    """A stretch that sounds the same from end to end: the API's SegmentObject. A `TimeInterval` with more.

    Attributes:
        loudness_start: Decibels where it begins.
        loudness_max: Decibels at its loudest.
        loudness_max_time: Seconds from its start to where it is loudest.
        loudness_end: Decibels where it ends.
        pitches: How strong each of the 12 pitch classes is, from 0 to 1.
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
    """How an analysis was made.

    Attributes:
        analyzer_version: The analyser's version.
        platform: What it ran on.
        detailed_status: Why data is missing, if it is.
        status_code: 0 if all went well, 1 if not.
        timestamp: When, in seconds since 1970.
        analysis_time: How many seconds it took.
        input_process: How the sound was read.
    """

    analyzer_version: str | None = None
    platform: str | None = None
    detailed_status: str | None = None
    status_code: int | None = None
    timestamp: int | None = None
    analysis_time: float | None = None
    input_process: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioAnalysisTrack(SpotifyModel):
    """What an analysis says of the whole track.

    Attributes:
        num_samples: How many samples were analysed.
        duration: Seconds.
        sample_md5: Always empty.
        offset_seconds: Where the analysis begins: always 0.
        window_seconds: How much was analysed, if not all: always 0.
        analysis_sample_rate: Samples in a second.
        analysis_channels: 1 if all channels were mixed.
        end_of_fade_in: Seconds from the start.
        start_of_fade_out: Seconds from the start; the length if there is no fade-out.
        loudness: Decibels.
        tempo: Beats per minute.
        tempo_confidence: From 0 to 1.
        time_signature: Beats in a bar.
        time_signature_confidence: From 0 to 1.
        key: The pitch class, -1 if none was found.
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
    """A track's sound in every detail: the API's AudioAnalysisObject. Such an answer is large: a megabyte and more.

    Attributes:
        track: What is said of the whole track.
        meta: How the analysis was made.
        bars: Bars (measures).
        beats: Beats.
        sections: Parts such as verses and solos.
        segments: Stretches of constant sound.
        tatums: The smallest regular pulses.
    """

    track: AudioAnalysisTrack
    meta: AudioAnalysisMeta | None = None
    bars: list[TimeInterval] = field(default_factory=list[TimeInterval])
    beats: list[TimeInterval] = field(default_factory=list[TimeInterval])
    sections: list[Section] = field(default_factory=list[Section])
    segments: list[Segment] = field(default_factory=list[Segment])
    tatums: list[TimeInterval] = field(default_factory=list[TimeInterval])
