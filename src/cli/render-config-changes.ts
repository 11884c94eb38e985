import type { ChangedInput, ChangedInputs } from '../config/snapshot/changed-inputs.ts'
import { countOf } from '../config/report/finding-words.ts'
import type {
  AttachedConfiguration,
  ReleaseConfiguration,
} from '../releases/configuration/release-configuration.ts'
import { cleanText, wrapText } from './wrap-text.ts'

const mostLines = 50

const kindWords = {
  added: 'added',
  removed: 'removed',
  value: 'another value',
  reference: 'taken from another place',
} as const

/** What changed between two snapshots, an input a paragraph. */
export function changesText({ changed, unseen, sentence }: ChangedInputs, width: number): string {
  return [
    `${sentence}.`,
    ...inputLines(changed, changed.length, width),
    ...unseenLines(unseen.length, width),
  ].join('\n')
}

/** What the server made of a snapshot. */
export function attachedText(attached: AttachedConfiguration, width: number): string {
  const { releaseId, inputs, added, configuration } = attached
  const bindings = `${countOf(inputs, 'binding')}, as fingerprints`
  const said = added
    ? `Attached to ${releaseId}: ${bindings}.`
    : `Nothing added: ${releaseId} has this snapshot already (${bindings}).`
  return [cleanText(said), ...configurationLines(configuration, width)].join('\n')
}

/** What a release changed of its configuration: the sentence, then an input a paragraph. */
export function configurationLines(configuration: ReleaseConfiguration, width: number): string[] {
  const { sentence, comparedWith, problem, changed, changes, unseen } = configuration
  const than = comparedWith === null ? '' : ` since ${comparedWith.service} ${comparedWith.version}`
  return [
    ...wrapText(cleanText(`${sentence}${than}. ${problem ?? ''}`.trim()), roomOf(width), '').split(
      '\n',
    ),
    ...inputLines(changed, changes, width),
    ...unseenLines(unseen, width),
  ]
}

function inputLines(changed: readonly ChangedInput[], all: number, width: number): string[] {
  const shown = changed.slice(0, mostLines)
  const lines = shown.flatMap(({ key, component, kind, class: seen, why, remedy, file, line }) => {
    const where = component === '' ? '' : ` of ${component}`
    return [
      cleanText(`  ${seen.padEnd(14)}  ${key}${where}, ${kindWords[kind]} (${file}:${line})`),
      wrapText(cleanText(`${why} ${remedy}`.trim()), roomOf(width), '                  '),
    ]
  })
  return all > shown.length ? [...lines, `  and ${all - shown.length} more`] : lines
}

function unseenLines(unseen: number, width: number): string[] {
  if (unseen === 0) return []
  const said = `Of ${countOf(unseen, 'input')} it is not known whether the value changed, since it lies elsewhere.`
  return [wrapText(said, roomOf(width), '')]
}

const roomOf = (width: number): number => Math.max(60, Math.min(width, 120))
