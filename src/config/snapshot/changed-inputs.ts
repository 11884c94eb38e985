import { AftergreenError } from '../../errors.ts'
import { countOf } from '../report/finding-words.ts'
import type { ConfigSnapshot, SnapshotInput } from './config-snapshot.ts'
import { inputName } from './take-snapshot.ts'

/**
 * Whether a comparison of canary and baseline could show the effect of a change (config.md §7.10):
 *
 * - `canary-visible`: the two can hold different values at the same time;
 * - `common-mode`: both change, or it is not known that they do not: side by side nothing is to be seen;
 * - `latent`: they can differ, but the value is read late, so that the time of the canary may end first.
 */
export type InputClass = 'canary-visible' | 'common-mode' | 'latent'

export interface ChangedInput {
  key: string
  component: string
  kind: 'added' | 'removed' | 'value' | 'reference'
  class: InputClass
  /** One sentence. */
  why: string
  /** What would make its effect visible; '' where it is. */
  remedy: string
  file: string
  line: number
}

export interface ChangedInputs {
  environment: string
  /** By component and key. */
  changed: ChangedInput[]
  /** Inputs whose value lies elsewhere or is not known: whether they changed cannot be told. */
  unseen: { key: string; component: string; file: string; line: number }[]
  /** `1 of 3 changed inputs was canary-visible`. */
  sentence: string
}

/** Fits the blind spots of a verdict. */
export interface CommonModeBlindSpot {
  kind: 'common-mode' | 'latent-input' | 'unseen-input'
  title: string
  detail: string
}

/**
 * What changed between two snapshots of one environment, and who could have seen it. Pure.
 *
 * @throws CONFIG_SNAPSHOT where they are of two environments, or were made with two secrets.
 */
export function changedInputs(before: ConfigSnapshot, after: ConfigSnapshot): ChangedInputs {
  if (before.environment !== after.environment) {
    throw new AftergreenError('CONFIG_SNAPSHOT', 'The snapshots are of two environments.', {
      hint: `They are of ${before.environment} and ${after.environment}; to compare those: aftergreen config diff.`,
    })
  }
  if (before.keyId !== after.keyId) {
    throw new AftergreenError('CONFIG_SNAPSHOT', 'The snapshots were made with two secrets.', {
      hint: 'Fingerprints are comparable only where AFTERGREEN_CONFIG_KEY was the same; make both anew with one.',
    })
  }
  const old = new Map(before.inputs.map((input) => [inputName(input), input]))
  const now = new Map(after.inputs.map((input) => [inputName(input), input]))
  const changed: ChangedInput[] = []
  const unseen: ChangedInputs['unseen'] = []
  for (const name of [...new Set([...old.keys(), ...now.keys()])].toSorted()) {
    const [one, other] = [there(old.get(name)), there(now.get(name))]
    const input = other ?? one
    if (input === undefined) continue
    const { key, component, file, line } = input
    const elsewhere = input.state === 'reference' || input.state === 'unknown'
    if (one?.fingerprint === other?.fingerprint) {
      if (elsewhere) unseen.push({ key, component, file, line })
      continue
    }
    changed.push({ key, component, kind: kindOf(one, other), ...judged(one, other), file, line })
  }
  return { environment: after.environment, changed, unseen, sentence: sentenceOf(changed) }
}

/** What a comparison of canary and baseline could not have seen of these changes, a line for each class and cause. */
export function commonModeBlindSpots({
  changed,
  unseen,
  sentence,
}: ChangedInputs): CommonModeBlindSpot[] {
  const spots: CommonModeBlindSpot[] = []
  const of = (wanted: InputClass): ChangedInput[] => changed.filter((it) => it.class === wanted)
  const common = of('common-mode')
  if (common.length > 0) {
    spots.push({
      kind: 'common-mode',
      title: `${namesOf(common)} changed for canary and baseline alike`,
      detail: `${reasonsOf(common)} ${sentence}.`,
    })
  }
  const latent = of('latent')
  if (latent.length > 0) {
    spots.push({
      kind: 'latent-input',
      title: `${namesOf(latent)} changed, and may not have been read yet`,
      detail: `${reasonsOf(latent)} ${sentence}.`,
    })
  }
  if (unseen.length > 0) {
    spots.push({
      kind: 'unseen-input',
      title: `Whether ${namesOf(unseen)} changed is not known`,
      detail: 'The value lies elsewhere, or depends on what the files do not tell.',
    })
  }
  return spots
}

const there = (input: SnapshotInput | undefined): SnapshotInput | undefined =>
  input?.state === 'unset' ? undefined : input

function kindOf(
  one: SnapshotInput | undefined,
  other: SnapshotInput | undefined,
): ChangedInput['kind'] {
  if (one === undefined) return 'added'
  if (other === undefined) return 'removed'
  return one.state === 'reference' && other.state === 'reference' ? 'reference' : 'value'
}

function judged(
  one: SnapshotInput | undefined,
  other: SnapshotInput | undefined,
): Pick<ChangedInput, 'class' | 'why' | 'remedy'> {
  const input = (other ?? one)!
  // where the pods or tasks name another secret than before, that name is part of the revision
  const renamed =
    one?.state === 'reference' && other?.state === 'reference' && input.source !== 'dotenv'
  const separate = input.delivery === 'per-revision' || renamed
  if (!separate) {
    return input.delivery === 'shared-mutable'
      ? {
          class: 'common-mode',
          why: 'Both sides take it from one object that is changed in place.',
          remedy:
            'Give the object a name or version of its own with each change, or compare before and after instead of side by side.',
        }
      : {
          class: 'common-mode',
          why: 'Nothing tells that canary and baseline can hold different values.',
          remedy:
            'Bind it in the revision itself, or compare before and after instead of side by side.',
        }
  }
  if (input.exposure === 'error-path') {
    return {
      class: 'latent',
      why: 'It is read only when something else has failed, so the time of the canary may end before anybody reads it.',
      remedy: 'Read and check it at start, or make that path run during the canary.',
    }
  }
  return {
    class: 'canary-visible',
    why: renamed
      ? 'The revision names another object than the one before.'
      : 'It is part of the revision, so canary and baseline hold different values.',
    remedy: '',
  }
}

function sentenceOf(changed: readonly ChangedInput[]): string {
  const visible = changed.filter((it) => it.class === 'canary-visible').length
  if (changed.length === 0) return 'No input changed'
  return `${visible} of ${countOf(changed.length, 'changed input')} ${visible === 1 || changed.length === 1 ? 'was' : 'were'} canary-visible`
}

function namesOf(inputs: readonly { key: string }[]): string {
  const names = [...new Set(inputs.map(({ key }) => key))]
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

const reasonsOf = (inputs: readonly ChangedInput[]): string =>
  [...new Set(inputs.map(({ why, remedy }) => `${why} ${remedy}`))].join(' ')
