import type { FlagSdk } from './flag-evaluation.ts'

/** A function of a library that answers for a flag: where its key and its default stand. */
export interface FlagMethod {
  sdk: FlagSdk
  key: number
  /** Position of the default; `last`: of the last argument where there are at least so many; a value where there is none. */
  default: number | { last: number } | { value: unknown }
  /** Names of arguments in languages that have them. */
  names?: { key: string; default: string }
  asksOnOff: boolean
  /** Fewest arguments. */
  least: number
}

const openFeature = (key = 0): FlagMethod => ({
  sdk: 'openfeature',
  key,
  default: key + 1,
  names: { key: 'flag_key', default: 'default_value' },
  asksOnOff: false,
  least: key + 2,
})
const launchDarkly = (key = 0): FlagMethod => ({
  sdk: 'launchdarkly',
  key,
  default: { last: key + 2 },
  names: { key: 'key', default: 'default' },
  asksOnOff: false,
  least: key + 2,
})
const offUnlessSaid = (sdk: FlagSdk, least = 1): FlagMethod => ({
  sdk,
  key: 0,
  default: { value: false },
  asksOnOff: true,
  least,
})

/** By name; of several the first whose fewest arguments are there is taken. */
const methods: readonly [RegExp, readonly FlagMethod[]][] = [
  [/^get(Boolean|String|Number|Integer|Double|Object)(Value|Details)(Async)?$/, [openFeature()]],
  [/^get_(boolean|string|integer|float|object)_(value|details)(_async)?$/, [openFeature()]],
  [/^(Boolean|String|Int|Float|Object)Value(Details)?$/, [openFeature(1)]],
  [/^use(Suspense)?(Boolean|String|Number|Object)Flag(Value|Details)$/, [openFeature()]],
  [/^useFlag$/, [openFeature(), offUnlessSaid('unleash')]],
  [/^(bool|string|int|double|json|jsonValue|number)?[vV]ariation(Detail)?$/, [launchDarkly()]],
  [/^variation_detail$/, [launchDarkly()]],
  [/^(Bool|String|Int|Float64|JSON)Variation(Detail)?$/, [launchDarkly()]],
  [/^(Bool|String|Int|Float64|JSON)Variation(Detail)?Ctx$/, [launchDarkly(1)]],
  [/^(isEnabled|IsEnabled|is_enabled)$/, [offUnlessSaid('unleash')]],
  [
    /^(getVariant|GetVariant|get_variant|useVariant)$/,
    [{ ...offUnlessSaid('unleash'), default: { value: 'disabled' }, asksOnOff: false }],
  ],
  [/^(isOn|isOff|is_on|is_off|IsOn|useFeatureIsOn)$/, [offUnlessSaid('growthbook')]],
  [
    /^(getFeatureValue|get_feature_value|GetFeatureValue|useFeatureValue)$/,
    [{ ...openFeature(), sdk: 'growthbook', names: { key: 'key', default: 'fallback' } }],
  ],
  [
    /^(evalFeature|eval_feature)$/,
    [{ ...offUnlessSaid('growthbook'), default: { value: null }, asksOnOff: false }],
  ],
]

export function methodOf(name: string, argumentCount: number): FlagMethod | undefined {
  const found = methods.find(([pattern]) => pattern.test(name))?.[1]
  return found?.find(({ least }) => argumentCount >= least)
}

/** A text without any of these evaluates no flag by itself. */
export const mayEvaluate =
  /Value\s*(<[^()]*>)?\(|Details\s*\(|_(value|details)\s*\(|[vV]ariation|isEnabled|IsEnabled|is_enabled|etVariant|get_variant|useFlag|useVariant|isOn|isOff|is_on|is_off|IsOn|evalFeature|eval_feature/

/** What says that a file uses the library of a flag platform. */
export const namesLibrary: Record<FlagSdk, RegExp> = {
  openfeature: /open-?_?feature/i,
  unleash: /unleash/i,
  launchdarkly: /launch-?darkly|\bld(client|user|context)\b/i,
  growthbook: /growth-?_?book/i,
}
