import { fieldOf, itemsOf, pairsOf, parseJson, stringOf } from '../../readers/json-text.ts'
import type { YamlTree } from '../../readers/yaml-tree.ts'
import { at, readYaml } from '../../readers/yaml-tree.ts'
import type { FlagPlatform } from '../flag.ts'
import type { FlagDocument, FlagsRead } from './flags-read.ts'
import { readFlagd } from './read-flagd.ts'
import { readGrowthBook } from './read-growthbook.ts'
import { namePrerequisites, readLaunchDarkly } from './read-launchdarkly.ts'
import { readUnleash } from './read-unleash.ts'

export interface FlagsFile {
  file: string
  text: string
  /** Name of the environment, for exports that do not say it. */
  environment: string
  /** The name wins over what the export says. */
  named?: boolean
}

const readers: Record<FlagPlatform, (document: FlagDocument) => FlagsRead> = {
  flagd: readFlagd,
  unleash: readUnleash,
  launchdarkly: (document) => {
    const { flags, unread } = readLaunchDarkly(document)
    return { flags: namePrerequisites(flags), unread }
  },
  growthbook: readGrowthBook,
}

/** Flags of one export; a text that is none gives its reason. Never throws. */
export function readFlags({ file, text, environment, named = false }: FlagsFile): FlagsRead {
  const unread = (reason: string, line = 1): FlagsRead => ({
    flags: [],
    unread: [{ location: { file, line }, reason }],
  })
  if (text.length > 64_000_000) return unread('The export is larger than 64 million characters.')
  const isYaml = /\.ya?ml$/i.test(file)
  let document: FlagDocument
  if (isYaml) {
    const yaml = readYaml(file, text)
    const tree = yaml.documents[0]?.tree
    if (tree === undefined) {
      return yaml.unread.length > 0
        ? { flags: [], unread: yaml.unread }
        : unread('The file is empty.')
    }
    const lineOf = (key: string): number => at(tree, 'flags', key)?.line ?? 1
    document = { file, value: plain(tree), lineOf, environment, named }
  } else {
    const json = parseJson(text)
    if (json === undefined) return unread('This is not valid JSON.', lineOfFault(text))
    document = { file, value: json.value, lineOf: json.lineOf, environment, named }
  }
  const platform = platformOf(document.value)
  if (platform === undefined) {
    return unread('This is no export of flagd, Unleash, LaunchDarkly or GrowthBook.')
  }
  try {
    return readers[platform](document)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return unread('The export is nested too deeply.')
  }
}

/** By its shape; undefined = none that is known. */
export function platformOf(value: unknown): FlagPlatform | undefined {
  const flags = fieldOf(value, 'flags') ?? fieldOf(value, 'data', 'flags')
  const [one] = Array.isArray(flags) ? (flags as unknown[]) : pairsOf(flags).map(([, it]) => it)
  if (fieldOf(one, 'variants') !== undefined || fieldOf(one, 'state') !== undefined) return 'flagd'
  if (fieldOf(one, 'variations') !== undefined) return 'launchdarkly'
  const schema = stringOf(value, '$schema') ?? ''
  if (flags !== undefined && /flagd/.test(schema)) return 'flagd'
  const features = fieldOf(value, 'features')
  if (Array.isArray(features)) {
    const isUnleash =
      fieldOf(value, 'featureStrategies') !== undefined ||
      (features as unknown[]).some(
        (it) => fieldOf(it, 'name') !== undefined && fieldOf(it, 'valueType') === undefined,
      )
    if (isUnleash) return 'unleash'
    return features.length > 0 ? 'growthbook' : undefined
  }
  const [feature] = pairsOf(features).map(([, it]) => it)
  if (fieldOf(feature, 'defaultValue') !== undefined) return 'growthbook'
  if (fieldOf(value, 'feature', 'valueType') !== undefined) return 'growthbook'
  const [item] = Array.isArray(value)
    ? (value as unknown[])
    : itemsOf(value, 'items').concat([value])
  if (fieldOf(item, 'variations') !== undefined) return 'launchdarkly'
  return fieldOf(item, 'valueType') === undefined ? undefined : 'growthbook'
}

function plain(tree: YamlTree): unknown {
  if (tree.kind === 'scalar')
    return typeof tree.value === 'bigint' ? Number(tree.value) : tree.value
  if (tree.kind === 'list') return tree.items.map(plain)
  return Object.fromEntries([...tree.entries].map(([key, value]) => [key, plain(value)]))
}

/** The engine tells the position, in most of its messages. */
function lineOfFault(text: string): number {
  try {
    JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    const line = /line (\d+)/.exec(message)?.[1]
    const position = /position (\d+)/.exec(message)?.[1]
    if (line !== undefined) return Number(line)
    if (position !== undefined) return text.slice(0, Number(position)).split('\n').length
    return text.split('\n').length
  }
  return 1
}
