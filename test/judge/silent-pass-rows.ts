/** Situations in which other tools let a release pass although nothing was shown, by tool and source. */
import type { RecordedRelease } from '../../src/releases/ledger/ledger.ts'
import type { BlindSpotKind, Comparison } from '../../src/releases/verdict.ts'
import type { SpanSpec } from './otlp-spans.ts'
import type { Traffic } from './traffic.ts'

/** Every release begins here, and is judged a minute later where a row says nothing else. */
export const start = Date.now() - 7_200_000
export const second = 1000

export type Part = Partial<Omit<Traffic, 'environment'>> & { change?: (span: SpanSpec) => SpanSpec }
export const oldVersion = {
  service: 'checkout',
  version: '1.0.0',
  from: start,
  seconds: 60,
  requests: 3000,
}
export const newVersion = { ...oldVersion, version: '2.0.0' }

export interface Row {
  /** Left out: both versions serve the same healthy traffic. */
  traffic?: Part[]
  release?: Partial<RecordedRelease['release']>
  recorded?: Partial<RecordedRelease>
  /** Seconds after the start at which is judged. */
  after?: number
  superseded?: true
  /** Words of the headline. */
  headline: RegExp | string
  blindSpot?: BlindSpotKind
  comparison?: Partial<Comparison>
}

/** An order becomes a look into the cart, and is as quick as one. */
const asCart = (span: SpanSpec): SpanSpec =>
  span.name === 'GET /cart'
    ? span
    : { ...span, name: 'GET /cart', duration: (span.duration ?? 0) / 5 }

export const rows: [tool: string, situation: string, row: Row][] = [
  [
    'Argo Rollouts, evaluate.go: neither a success nor a failure condition is Successful; Keptn: no SLO file passes',
    'nothing can be put to the test',
    {
      traffic: [{ requests: 2 }, { ...newVersion, requests: 2 }],
      headline: /claims are not proven yet/,
    },
  ],
  [
    'Argo Rollouts, analysis.go: terminated before any measurement is Successful',
    'judged at the moment it begins',
    { after: 0, headline: 'Nobody has seen checkout 2.0.0', blindSpot: 'unknown-version' },
  ],
  [
    'Argo Rollouts, analysis.go: a background analysis that the end of the rollout cuts is Successful',
    'the next release begins',
    { superseded: true, after: 10, headline: /claims are not proven yet/ },
  ],
  [
    'Argo Rollouts, analysis.go: all measurements inconclusive, within the limit, is Successful',
    'every claim stays open',
    {
      traffic: [{ requests: 150 }, { ...newVersion, requests: 50 }],
      headline: /but \d+ of \d+ claims are not proven yet.*is not excluded yet/,
    },
  ],
  [
    'Argo Rollouts, analysis.md: NaN with a failure condition alone is Successful',
    'requests of the candidate end before they begin',
    {
      traffic: [
        oldVersion,
        {
          ...newVersion,
          change: (span) => ({
            ...span,
            duration: -5,
            attributes: { ...span.attributes, load: Number.NaN },
          }),
        },
      ],
      headline: /took exactly|took no time at all, or less/,
      blindSpot: 'unbelievable-data',
    },
  ],
  [
    'Argo Rollouts, analysis.md: +Inf satisfies a condition of "at least"',
    'a part of the requests of the candidate end before they begin',
    {
      traffic: [
        oldVersion,
        {
          ...newVersion,
          change: (span) => ({
            ...span,
            duration: span.trace % 3 === 0 ? -1e9 : (span.duration ?? 1),
            attributes: { ...span.attributes, load: Infinity },
          }),
        },
      ],
      headline: /of the candidate's requests took no time at all, or less/,
      blindSpot: 'unbelievable-data',
    },
  ],
  [
    'Kayenta, WeightedSumScorer.scala: a group of metrics without data counts as 100',
    'the candidate has no data',
    {
      traffic: [oldVersion, { ...newVersion, from: start - 100 * second, requests: 100 }],
      headline: 'checkout 2.0.0 has answered no request since the release began',
      blindSpot: 'no-candidate-traffic',
    },
  ],
  [
    'Kayenta, WeightedSumScorer.scala: up to half of all metrics may lack data',
    'the candidate has no data of one of two operations',
    {
      traffic: [oldVersion, { ...newVersion, change: asCart }],
      headline: /POST \/orders gets no request of the candidate/,
      blindSpot: 'beyond-split',
    },
  ],
  [
    'Kayenta, MannWhitneyClassifier.scala: an empty series is replaced and passes; kayenta #799',
    'the control is empty',
    {
      traffic: [newVersion],
      headline: 'The baseline checkout 1.0.0 has answered no request since the release began',
      blindSpot: 'no-baseline-traffic',
    },
  ],
  [
    'Kayenta, MannWhitneyClassifier.scala: identical or constant series pass',
    'every duration is the same on both sides',
    {
      traffic: [oldVersion, newVersion].map((side) => ({
        ...side,
        change: (span: SpanSpec) => ({ ...span, duration: 12 }),
      })),
      headline: 'All 3,000 candidate requests took exactly 12 ms',
      blindSpot: 'unbelievable-data',
    },
  ],
  [
    'Kayenta, NetflixACAJudge.scala: tolerance and confidence can be set and are not read',
    'more proof is asked for than there is',
    {
      recorded: {
        policy: { alphaSafe: 0.0001, safeFailureRatio: 1.1, safeFailureDifference: 0.0001 },
      },
      headline: /claims? (is|are) not proven yet/,
    },
  ],
  [
    'Keptn, evaluate_sli_handler.go: a relative criterion without history passes; Orca, AggregateCanaryResultsTask.kt: no thresholds succeed',
    'all at once, with nothing before',
    {
      traffic: [newVersion],
      release: { strategy: 'all-at-once', baselineVersion: null },
      headline: 'checkout has no other version to compare with',
      blindSpot: 'no-baseline-traffic',
    },
  ],
  [
    'Keptn, evaluate_sli_handler.go: informational indicators alone score 100',
    'the candidate answers only what needs no proof',
    {
      traffic: [
        oldVersion,
        { ...oldVersion, requests: 60, change: (span) => ({ ...span, name: 'GET /about' }) },
        { ...newVersion, change: (span) => ({ ...span, name: 'GET /about' }) },
      ],
      headline: /the two sides are not the same mix of traffic|gets no request of the candidate/,
      blindSpot: 'beyond-split',
    },
  ],
  [
    'Flagger #1581: a misspelt metric passes',
    'a misspelt service',
    {
      release: { service: 'chekcout' },
      headline: 'Nobody has seen chekcout 2.0.0',
      blindSpot: 'unknown-version',
    },
  ],
  [
    'Flagger, scheduler_metrics.go: no metrics promote',
    'telemetry that names no version',
    {
      traffic: [{ version: '', requests: 300 }],
      headline: 'Nobody has seen checkout 2.0.0',
      blindSpot: 'unknown-version',
    },
  ],
  [
    'Flagger #1011: traffic stops midway and it advances',
    'telemetry of both sides stops after a minute',
    { after: 400, headline: /has sent no telemetry for \d+ (s|min)/, blindSpot: 'telemetry-gap' },
  ],
  [
    'Argo Rollouts #1905: a metric that returns nothing does not pause',
    'telemetry of the candidate alone stops after a minute',
    {
      traffic: [{ ...oldVersion, seconds: 240, requests: 12_000 }, newVersion],
      after: 240,
      headline: 'The candidate 2.0.0 has sent no telemetry for',
      blindSpot: 'telemetry-gap',
    },
  ],
  [
    'Flagger #1011, after the switch: traffic stops midway and nobody looks',
    'telemetry of a release at once stops after a minute',
    {
      traffic: [{ ...oldVersion, from: start - 60 * second }, newVersion],
      release: { strategy: 'all-at-once' },
      after: 400,
      headline: 'The candidate 2.0.0 has sent no telemetry for',
      comparison: { baselineKind: 'before-after' },
      blindSpot: 'telemetry-gap',
    },
  ],
  [
    'Kayenta, MannWhitneyClassifier.scala: constant series pass, also without a control',
    'every duration of a release at once is the same',
    {
      traffic: [
        { ...oldVersion, from: start - 60 * second },
        { ...newVersion, change: (span) => ({ ...span, duration: 5 }) },
      ],
      release: { strategy: 'all-at-once' },
      headline: 'All 3,000 candidate requests took exactly 5.0 ms',
      blindSpot: 'unbelievable-data',
    },
  ],
  [
    'Flagger #1035 and its guards: fewer than 20 requests pass',
    'fifteen requests a side',
    {
      traffic: [{ requests: 15 }, { ...newVersion, requests: 15 }],
      headline: /About [\d,]+ more requests/,
    },
  ],
  [
    'Kayenta and Argo Rollouts compare what arrives: one side restarts and loses its share',
    'the candidate gets a fifth of what it should',
    {
      traffic: [oldVersion, { ...newVersion, seconds: 12, requests: 600 }],
      recorded: { candidateShare: 0.5 },
      headline: 'the two sides did not get the traffic they should have',
      blindSpot: 'unequal-populations',
    },
  ],
  [
    'Datadog, faulty_deployment_detection.md: too few deployments before are not flagged',
    'all at once, after a minute of history',
    {
      traffic: [{ ...oldVersion, from: start - 60 * second }, newVersion],
      release: { strategy: 'all-at-once' },
      headline: /at least 20 stretches of time before the release/,
    },
  ],
]
