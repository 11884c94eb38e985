import { isAlias, isMap, parseDocument, visit } from 'yaml'
import type { Document, YAMLMap } from 'yaml'
import { parseContract } from '../contract/parse-contract.ts'
import { AftergreenError } from '../../errors.ts'

export interface Acceptance {
  key: string
  reason: string
  owner?: string
  /** `2027-01-31`. */
  expires?: string
}

/**
 * The text of a contract with `mayDiffer` written for one key; an earlier one is replaced. Comments, order, anchors and
 * line ends stay. `text` undefined = there is no contract yet.
 *
 * @throws CONFIG_CONTRACT where the text is no contract, or the key stands there in a form that cannot be changed alone.
 */
export function acceptDifference(
  text: string | undefined,
  file: string,
  acceptance: Acceptance,
): string {
  const { key, reason, owner, expires } = acceptance
  if (reason.trim() === '') throw refused(file, 'an acceptance needs a reason', 'Give --reason.')
  const grounds = {
    reason: reason.trim(),
    ...(owner === undefined ? {} : { owner }),
    ...(expires === undefined ? {} : { expires }),
  }
  const before = text === undefined || text.trim() === '' ? 'version: 1\n' : text
  checked(before, file)
  const document = parseDocument(before, { keepSourceTokens: true })
  const keys = mapAt(document, document.contents, 'keys', file)
  const own = mapAt(document, keys, key, file)
  own.set('mayDiffer', document.createNode(grounds))
  const written = document.toString({ lineWidth: 0, indentSeq: indentsLists(before) })
  const after = before.includes('\r\n') ? written.replaceAll(/\r?\n/g, '\r\n') : written
  checked(after, file)
  return after
}

function checked(text: string, file: string): void {
  const problem = parseContract(text, file).problems[0]
  if (problem === undefined) return
  const { line, column = 1 } = problem.location
  throw refused(
    file,
    `${file}:${line}:${column}: ${problem.message}`,
    'Correct the contract first.',
  )
}

/** The map under a name, made where there is none. */
function mapAt(document: Document, parent: unknown, name: string, file: string): YAMLMap {
  if (!isMap(parent)) throw refused(file, 'it is no map of names', 'Write it as names and values.')
  const found = parent.get(name, true)
  const shared =
    isAlias(found) || (isMap(found) && found.anchor !== undefined && isUsed(document, found.anchor))
  if (shared) {
    throw refused(
      file,
      `"${name}" is shared through an anchor, so that it cannot be changed alone`,
      'Write mayDiffer by hand where it belongs.',
    )
  }
  if (isMap(found)) return found
  const made = document.createNode({}) as YAMLMap
  made.flow = false
  parent.set(name, made)
  return made
}

function isUsed(document: Document, anchor: string): boolean {
  let used = false
  visit(document, {
    Alias: (_key, node) => {
      if (node.source === anchor) used = true
    },
  })
  return used
}

/** Lists inside maps stand deeper than their name, or right below it. */
const indentsLists = (text: string): boolean => !/^( *)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m.test(text)

const refused = (file: string, what: string, hint: string): AftergreenError =>
  new AftergreenError('CONFIG_CONTRACT', `${file} was not changed: ${what}.`.replace('..', '.'), {
    hint,
  })
