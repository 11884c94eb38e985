/** Keys that are not there, not where they belong, or written so that their readers disagree. */
import { entryOf } from './configuration.ts'
import type { Configuration } from './configuration.ts'
import type { Operator } from './operator.ts'
import { isTruth, isUrl, misspelt, pick, pickEntry, setting } from './operator.ts'
import { opaque } from './plausible-value.ts'

const without = (
  it: Configuration,
  key: string,
  sides: readonly ('staging' | 'production')[],
): void => {
  for (const side of sides) it.sides[side] = it.sides[side].filter((entry) => entry.key !== key)
}

const missingRequired: Operator = (occasion) => {
  const entry = pickEntry(occasion, ({ key }) => occasion.keys.get(key)?.required === true)
  if (entry === undefined) return undefined
  const sides =
    occasion.random.integer(3) < 2
      ? (['production'] as const)
      : (['staging', 'production'] as const)
  const empty = occasion.random.integer(3) === 0
  return {
    keys: [entry.key],
    what: empty ? 'a key that the code needs is empty' : 'a key that the code needs is gone',
    apply: empty ? setting(entry.key, sides, { value: '' }) : (it) => without(it, entry.key, sides),
  }
}

const misspeltKey: Operator = (occasion) => {
  const { random, base, keys } = occasion
  const entry = pickEntry(
    occasion,
    ({ key }) => key.length > 6 && (keys.get(key)?.reads.length ?? 0) > 0,
  )
  if (entry === undefined) return undefined
  const wrong = misspelt(entry.key, random)
  if (wrong === entry.key || keys.has(wrong) || entryOf(base, 'production', wrong) !== undefined)
    return undefined
  return {
    keys: [entry.key, wrong],
    what: 'a name misspelt in production',
    apply(it) {
      entryOf(it, 'production', entry.key)!.key = wrong
    },
  }
}

const missingInOne: Operator = (occasion) => {
  const { random, keys } = occasion
  const entry = pickEntry(
    occasion,
    ({ key, value }) => keys.get(key)?.required === false && keys.get(key)?.fallback !== value,
  )
  if (entry === undefined) return undefined
  const side = random.integer(3) === 0 ? 'staging' : 'production'
  return {
    keys: [entry.key],
    what: `a key that ${side} lacks`,
    apply: (it) => without(it, entry.key, [side]),
  }
}

const dialect: Operator = (occasion) => {
  const { base, random, salt, keys } = occasion
  if (base.form !== 'dotenv' && base.form !== 'env-file') return undefined
  const entry = pickEntry(
    occasion,
    ({ secret, key }) => secret && (keys.get(key)?.reads.length ?? 0) > 0,
  )
  if (entry === undefined) return undefined
  const { key } = entry
  const text = opaque([salt, key, 'dialect'], 24)
  const [a, b] = [text.slice(0, 12), text.slice(12)]
  // a # is cut off by dotenv of JavaScript and kept by Compose; a $ is kept by that and taken for a name by Compose
  const cutsOff = keys.get(key)!.reads.some(({ language }) => language.endsWith('script'))
  const ways: [raw: string, what: string][] = [
    ...(cutsOff ? ([[`${key}=${a}#${b}`, 'an unquoted #']] as [string, string][]) : []),
    ...(base.form === 'env-file'
      ? ([
          [`${key}=${a}$${b}`, 'an unquoted $'],
          [`${key}="${a}$${b}"`, 'a $ in double quotes'],
        ] as [string, string][])
      : []),
  ]
  const [raw, what] = pick(ways, random) ?? []
  if (raw === undefined) return undefined
  return { keys: [key], what: `dialects: ${what}`, apply: setting(key, ['production'], { raw }) }
}

const leftOver: Operator = (occasion) => {
  const { base, random } = occasion
  if (base.form === 'kubernetes' || base.form === 'terraform') return undefined
  const entry = pickEntry(occasion, (it) => it.secret || isUrl(it))
  if (entry === undefined) return undefined
  const { key, value } = entry
  const yaml = base.form === 'compose' || base.form === 'github-actions'
  const raw = pick(
    yaml
      ? [`${key}: "'${value}'"`, `${key}: "${value} "`]
      : [`${key}='"${value}"'`, `${key}="${value} "`, `${key}=“${value}”`],
    random,
  )!
  return {
    keys: [key],
    what: 'quotes or a space that belong to the value',
    apply: setting(key, ['production'], { raw }),
  }
}

const yamlTruth: Operator = (occasion) => {
  const { base, random } = occasion
  if (!['compose', 'kubernetes', 'github-actions'].includes(base.form)) return undefined
  const entry = pickEntry(
    occasion,
    (it) => !it.secret && (isTruth(it) || /^[\d.]+$/.test(it.value) || it.value.length < 12),
  )
  if (entry === undefined) return undefined
  const value = isTruth(entry)
    ? pick(entry.value === 'true' ? ['on', 'yes'] : ['off', 'no'], random)!
    : pick(['0123', '12:30:45', 'no', '1_000'], random)!
  return {
    keys: [entry.key],
    what: `YAML 1.1: ${value} without quotes in production, with quotes in staging`,
    apply(it) {
      setting(entry.key, ['staging'], { value })(it)
      setting(entry.key, ['production'], { value, quotes: '' })(it)
    },
  }
}

const dangling: Operator = (occasion) => {
  const { base, random } = occasion
  // what a plan has replaced already, and what only the platform knows
  if (base.form === 'terraform' || base.form === 'github-actions') return undefined
  const kubernetes = base.form === 'kubernetes'
  const entry = pickEntry(occasion, (it) => (kubernetes ? it.secret : it.value !== ''))
  if (entry === undefined) return undefined
  const { key } = entry
  if (kubernetes) {
    return {
      keys: [key],
      what: 'a secret key that is not in the secret',
      apply: setting(key, ['production'], { refersTo: `${key.toLowerCase()}-v2` }),
    }
  }
  const name = `${key}_${pick(['BASE', 'PRIMARY', 'SHARED'], random)!}`
  const raw = base.form === 'compose' ? `${key}: "\${${name}}"` : `${key}=\${${name}}`
  return {
    keys: [key, name],
    what: 'a variable that nobody sets',
    apply: setting(key, ['production'], { raw }),
  }
}

const elsewhere: Operator = (occasion) => {
  const { base, random } = occasion
  if (base.form === 'dotenv' || base.form === 'env-file') return undefined
  const entry = pickEntry(occasion, (it) => it.value !== '')
  if (entry === undefined) return undefined
  const built = base.form === 'compose' && random.integer(3) === 0
  return {
    keys: [entry.key],
    what: built ? 'a build argument in place of a variable' : 'the key reaches the wrong service',
    apply: setting(entry.key, ['production'], { services: [built ? 'build' : 'worker'] }),
  }
}

const twice: Operator = (occasion) => {
  const { base, random, salt } = occasion
  // no program writes JSON so
  if (base.form === 'terraform') return undefined
  const entry = pickEntry(occasion, (it) => it.value.length > 3)
  if (entry === undefined) return undefined
  const { key, value } = entry
  const other = isUrl(entry)
    ? value.replace('https://', 'https://old-')
    : /^\d+$/.test(value)
      ? String(Number(value) + 7)
      : opaque([salt, key, 'twice'], value.length)
  return {
    keys: [key],
    what: 'a key is there twice',
    apply(it) {
      const list = it.sides.production
      const at = list.findIndex((known) => known.key === key)
      list.splice(random.integer(2) === 0 ? at : list.length, 0, { ...list[at]!, value: other })
    },
  }
}

const unknownKey: Operator = ({ random, salt }) => {
  const key = pick(
    [
      'CHECKOUT_RETRY_BUDGET',
      'LEDGER_EXPORT_URL',
      'FEATURE_NEW_CART',
      'INVENTORY_SYNC_TOKEN',
      'LEGACY_AUTH_BYPASS',
    ],
    random,
  )!
  const value = key.endsWith('URL')
    ? 'https://ledger.northwind-goods.com'
    : key.endsWith('TOKEN')
      ? opaque([salt, key], 32)
      : key.endsWith('BUDGET')
        ? '3'
        : 'true'
  return {
    keys: [key],
    what: 'production sets a key that nothing reads or declares',
    apply: (it) => void it.sides.production.push({ key, value, secret: key.endsWith('TOKEN') }),
  }
}

const undocumented: Operator = ({ base, keys, random }) => {
  const { sample } = base
  if (sample === undefined) return undefined
  const known = [...keys.values()].filter(
    ({ key, reads }) =>
      reads.length > 0 &&
      reads.every((it) => it.tier !== 'reference') &&
      new RegExp(`^${key}=`, 'm').test(sample.text),
  )
  const key = pick(known, random)?.key
  if (key === undefined) return undefined
  const renamed = random.integer(2) === 0
  const wrong = misspelt(key, random)
  if (renamed && (wrong === key || keys.has(wrong))) return undefined
  return {
    keys: renamed ? [key, wrong] : [key],
    what: renamed ? 'a name misspelt in the sample' : 'the sample loses a key that the code reads',
    apply(it) {
      it.sample!.text = sample.text.replaceAll(new RegExp(`^(#\\s*)?${key}=.*\\n?`, 'gm'), (line) =>
        renamed ? line.replace(key, wrong) : '',
      )
    },
  }
}

export const textFaults: Record<string, readonly Operator[]> = {
  'missing required key': [missingRequired],
  'misspelt key': [misspeltKey],
  'one environment without the key': [missingInOne],
  'dialects disagree': [dialect, dialect, leftOver],
  'YAML 1.1 disagrees': [yamlTruth],
  'dangling reference': [dangling],
  'wrong component or phase': [elsewhere],
  'key twice': [twice],
  'key that nothing reads or declares': [unknownKey],
  'sample loses or misspells a key': [undocumented],
}
