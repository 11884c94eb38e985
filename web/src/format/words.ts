/** The words for the terms of the verdict object, each in one place. */
import type { ReleaseConfiguration } from '../../../src/releases/configuration/release-configuration.ts'
import type {
  Attribution,
  BlindSpotKind,
  FindingKind,
  Phase,
  VerdictKind,
} from '../../../src/releases/verdict.ts'

export const verdictWord: Record<VerdictKind, string> = {
  proceed: 'Proceed',
  hold: 'Hold',
  rollback: 'Rollback',
}

/** What the verdict word does and does not mean. */
export const verdictMeaning: Record<VerdictKind, string> = {
  proceed: 'The release may continue; it is not done.',
  hold: 'Not enough is known to continue, and nothing known calls for a rollback.',
  rollback: 'The new version harms requests that the old version served well.',
}

export const phaseWord: Record<Phase, string> = {
  watching: 'watching',
  done: 'done',
  'rolled-back': 'rolled back',
  superseded: 'superseded',
}

export const phaseMeaning: Record<Phase, string> = {
  watching: 'The watch goes on; this page follows it.',
  done: 'The watch is over: every requirement of the evidence plan is met.',
  'rolled-back': 'The release was rolled back; the watch is over.',
  superseded: 'A newer release took its place; the watch is over.',
}

export const findingKindWord: Record<FindingKind, string> = {
  'failure-rate': 'More failures',
  latency: 'Slower',
  'silent-failure': 'Silent failure',
  'missing-traffic': 'Missing traffic',
  'missing-call': 'Missing call',
  'repeated-calls': 'Repeated calls',
  saturation: 'Saturation',
}

/** Whether a finding is another release's. */
export const attributionWord: Record<Attribution['certainty'], string> = {
  attributed: 'Another release is behind it',
  confounded: 'It may be another release’s',
}

export const blindSpotWord: Record<BlindSpotKind, string> = {
  'no-candidate-traffic': 'No candidate traffic',
  'no-baseline-traffic': 'No baseline traffic',
  'unknown-version': 'Unknown version',
  'not-exercised': 'Not exercised',
  'low-traffic': 'Little traffic',
  'uninstrumented-service': 'Not instrumented',
  'hours-not-seen': 'Hours not seen',
  'scheduled-work': 'Scheduled work not run',
  'not-excluded': 'Not excluded yet',
  'beyond-split': 'Beyond the split',
  'warm-up': 'Warm-up',
  'unbelievable-data': 'Data not believed',
  'shared-change': 'Change on both sides',
  'telemetry-gap': 'Gap in the telemetry',
  'unequal-populations': 'Unequal populations',
  'search-limit': 'Limit of the search',
  'common-mode': 'Changed for both sides',
  'latent-input': 'Perhaps not read yet',
  'unseen-input': 'Unknown input',
  'self-check': 'The judge itself',
}

export const inputKindWord: Record<ReleaseConfiguration['changed'][number]['kind'], string> = {
  added: 'added',
  removed: 'removed',
  value: 'another value',
  reference: 'taken from another place',
}

/** Whether a comparison of canary and baseline could show what a changed input does. */
export const inputClassWord: Record<ReleaseConfiguration['changed'][number]['class'], string> = {
  'canary-visible': 'canary-visible',
  'common-mode': 'common-mode',
  latent: 'latent',
}
