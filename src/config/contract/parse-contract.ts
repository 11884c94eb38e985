import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Document, Node, Pair, YAMLMap } from 'yaml'
import type { z } from 'zod'
import type { Location } from '../location.ts'
import type { ConfigContract } from './config-contract.ts'
import { configContractSchema } from './config-contract.ts'
import { nearestName } from './nearest-name.ts'

/** A place in a contract: `['keys', 'SMTP_HOST', 'type']`. */
export type ContractPath = readonly (string | number)[]

export interface ContractProblem {
  location: Location
  /** One sentence; never more than names and kinds of what stands there. */
  message: string
}

export interface ParsedContract {
  /** Left out where there are problems. */
  contract?: ConfigContract
  problems: ContractProblem[]
  /** Where something stands; of what is not there, the nearest that holds it. */
  placeOf: (path: ContractPath) => Location
}

const longest = 1_000_000
const mostProblems = 50
const deepest = 32

/** Reads `config.contract.yaml`, with a location for everything that is wrong. Bounded: it never throws on a text. */
export function parseContract(text: string, file: string): ParsedContract {
  const lines = new LineCounter()
  const whole: Location = { file, line: 1, column: 1 }
  const refused = (message: string, location = whole): ParsedContract => ({
    problems: [{ location, message }],
    placeOf: () => whole,
  })
  if (text.length > longest)
    return refused('A contract of more than a million characters is not read.')
  if (text.includes('\0')) return refused('The contract is binary.')
  if (nestingOf(text) > deepest * 4) return refused('The contract is nested too deeply.')
  let document: Document.Parsed
  try {
    document = parseDocument(text, {
      version: '1.2',
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
      // the library compares each name with each other: they are looked for below
      uniqueKeys: false,
    })
  } catch {
    return refused('The contract is nested too deeply.')
  }
  const locate = (offset: number): Location => {
    const { line, col } = lines.linePos(offset)
    return { file, line: line || 1, column: col || 1 }
  }
  const placeOf = (path: ContractPath): Location => locate(offsetOf(document, path))
  if (document.errors.length > 0) {
    return {
      placeOf,
      problems: document.errors.slice(0, mostProblems).map((error) => ({
        location: locate(error.pos[0]),
        message: yamlProblem(error.code),
      })),
    }
  }
  const twice = repeatedNames(document)
  if (twice.length > 0) {
    const message = 'A name stands here twice.'
    return { placeOf, problems: twice.map((offset) => ({ location: locate(offset), message })) }
  }
  let plain: unknown
  try {
    plain = document.toJS({ maxAliasCount: 100 })
  } catch {
    return refused('Anchors and aliases of the contract lead in circles, or to too much.')
  }
  if (depthOf(plain) > deepest) return refused('The contract is nested too deeply.')
  const parsed = configContractSchema.safeParse(plain)
  if (parsed.success) return { contract: parsed.data, problems: [], placeOf }
  const problems = parsed.error.issues
    .slice(0, mostProblems)
    .flatMap((issue) => problemsOf(issue))
    .slice(0, mostProblems)
    .map(({ path, message }) => ({ location: placeOf(path), message }))
    .toSorted(
      ({ location: a }, { location: b }) => a.line - b.line || (a.column ?? 0) - (b.column ?? 0),
    )
  return { problems, placeOf }
}

type Issue = z.core.$ZodIssue

function problemsOf(issue: Issue): { path: ContractPath; message: string }[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol')
  const at = path.length === 0 ? 'The contract' : `"${path.map(shown).join('.')}"`
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const near = nearestName(key, fieldsAt(path))
        const hint = near === undefined ? '' : ` Is "${near}" meant?`
        return { path: [...path, key], message: `${at} has no field "${shown(key)}".${hint}` }
      })
    case 'invalid_value': {
      const values = issue.values.slice(0, 20).map((value) => String(value))
      return [{ path, message: `${at} must be ${listed(values)}.` }]
    }
    case 'invalid_type':
      return [{ path, message: `${at} must be ${article(issue.expected)}.` }]
    case 'invalid_union': {
      const inner = issue.errors.toSorted((a, b) => depthIn(b) - depthIn(a))[0]?.[0]
      if (inner === undefined || inner.path.length === 0) {
        return [{ path, message: `${at} is none of what may stand here.` }]
      }
      return problemsOf({ ...inner, path: [...issue.path, ...inner.path] })
    }
    case 'too_small':
      return [
        { path, message: `${at} is too short, too small or empty (at least ${issue.minimum}).` },
      ]
    case 'too_big':
      return [{ path, message: `${at} is too long or too large (at most ${issue.maximum}).` }]
    case 'invalid_format':
      return [
        {
          path,
          message:
            issue.format === 'date'
              ? `${at} must be a date such as 2027-01-31.`
              : `${at} is not of the form that is expected (${issue.format}).`,
        },
      ]
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
    default:
      return [{ path, message: `${at} is not what may stand here.` }]
  }
}

const depthIn = (issues: readonly Issue[]): number => issues[0]?.path.length ?? 0

/** Names of the fields that may stand below a path: those of the description itself. */
function fieldsAt(path: ContractPath): string[] {
  const { shape } = configContractSchema
  if (path.length === 0) return Object.keys(shape)
  const key = shape.keys.unwrap().valueType.shape
  if (path[0] === 'environments') {
    return path.length === 2
      ? Object.keys(shape.environments.unwrap().valueType.shape)
      : ['path', 'as', 'dialects', 'component']
  }
  if (path[0] === 'rules') return Object.keys(shape.rules.unwrap().element.shape)
  if (path[0] !== 'keys') return []
  if (path.length === 2) return Object.keys(key)
  if (path[2] === 'perEnvironment') return Object.keys(key.perEnvironment.unwrap().valueType.shape)
  if (path[2] === 'mayDiffer') return ['reason', 'owner', 'expires']
  return path[2] === 'onlyIf' ? ['key', 'matches'] : []
}

/** Where names stand that their map has already. */
function repeatedNames(document: Document.Parsed): number[] {
  const found: number[] = []
  visit(document, {
    Map(_place, { items }) {
      const names = new Set<string>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        if (names.has(name) && found.length < mostProblems) found.push(key.range?.[0] ?? 0)
        names.add(name)
      }
    },
  })
  return found
}

const indexed = new WeakMap<YAMLMap, Map<string, Pair>>()

/** Pairs of a map by name: a contract of many keys is asked for many places. */
function pairsOf(map: YAMLMap): Map<string, Pair> {
  const known = indexed.get(map)
  if (known !== undefined) return known
  const pairs = new Map<string, Pair>()
  for (const pair of map.items) {
    if (isPair(pair) && isScalar(pair.key)) pairs.set(String(pair.key.value), pair)
  }
  indexed.set(map, pairs)
  return pairs
}

function offsetOf(document: Document.Parsed, path: ContractPath): number {
  let node: unknown = document.contents
  let offset = document.contents?.range?.[0] ?? 0
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(part))
      if (pair === undefined) return offset
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      offset = (node as Node | undefined)?.range?.[0] ?? offset
    } else return offset
  }
  return offset
}

function yamlProblem(code: string): string {
  if (code === 'TAB_AS_INDENT') return 'YAML is indented by spaces, not by tabs.'
  return `This is not valid YAML (${code}).`
}

/** How deep brackets go, and how deep the indentation: what a parser would recurse into. */
function nestingOf(text: string): number {
  let deep = 0
  let most = 0
  for (const character of text) {
    if (character === '[' || character === '{') most = Math.max(most, (deep += 1))
    else if (character === ']' || character === '}') deep -= 1
  }
  const indented = /^(?:[ ]|- )+/gm
  for (const [space] of text.matchAll(indented)) most = Math.max(most, space.length / 8)
  return most
}

function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > deepest) return depth
  let most = depth
  for (const item of Object.values(value)) most = Math.max(most, depthOf(item, depth + 1))
  return most
}

const shown = (part: unknown): string =>
  String(part)
    .replaceAll(/\p{Cc}/gu, '\ufffd')
    .slice(0, 80)

const listed = (values: readonly string[]): string =>
  values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`

const article = (kind: string): string =>
  kind === 'object' || kind === 'record'
    ? 'a map of names'
    : /^[aeiou]/.test(kind)
      ? `an ${kind}`
      : `a ${kind}`
