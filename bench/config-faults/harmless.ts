/** Changes that a careful person makes every day, and that must stay quiet. */
import { entryOf } from './configuration.ts'
import type { Configuration } from './configuration.ts'
import type { Occasion, Operator } from './operator.ts'
import { isNumber, isUrl, pick, pickEntry, setting } from './operator.ts'
import { opaque } from './plausible-value.ts'

const sides = ['staging', 'production'] as const
const isYaml = ({ form }: Configuration): boolean =>
  form === 'compose' || form === 'kubernetes' || form === 'github-actions'

const comment: Operator = ({ base, random }) => {
  const entry = pick(base.sides.production, random)
  if (entry === undefined) return undefined
  const text = pick(
    [
      'Agreed with the payments team, see the runbook.',
      'was 30 until March',
      `${entry.key} is read at start`,
      'KEEP IN ORDER',
      'https://wiki.northwind-goods.com/config',
    ],
    random,
  )!
  return {
    keys: [],
    what: 'a comment',
    apply: setting(entry.key, ['production'], { comment: text }),
  }
}

const order: Operator = ({ random }) => {
  const turn = random.integer(50)
  return {
    keys: [],
    what: 'another order',
    apply(it) {
      const list = it.sides.production
      it.sides.production = [...list.slice(turn), ...list.slice(0, turn)].toReversed()
    },
  }
}

const quotes: Operator = (occasion) => {
  const fits = /^[\w:/@,+=?&%-][\w.:/@,+=?&%-]{3,}$/
  const entry = pickEntry(
    occasion,
    ({ value }) =>
      fits.test(value) &&
      /[a-z]{3}/i.test(value) &&
      !/^(true|false|null|none|yes|off)$/i.test(value),
  )
  if (entry === undefined) return undefined
  const now = isYaml(occasion.base) ? (["'", ''] as const) : (["'", '"'] as const)
  const chosen = pick(now, occasion.random)!
  return {
    keys: [],
    what: 'other quotes, the same value',
    apply: setting(entry.key, ['production'], { quotes: chosen }),
  }
}

const documented: Operator = ({ base, keys, random }) => {
  const { sample } = base
  if (sample === undefined) return undefined
  const unused = [...keys.values()].filter(
    ({ key, reads, required }) =>
      !required &&
      reads.some((it) => it.tier !== 'reference') &&
      entryOf(base, 'production', key) === undefined &&
      !/URL|HOST|SECRET|KEY|TOKEN|PASS/.test(key) &&
      /^[A-Z][A-Z0-9_]+$/.test(key),
  )
  const facts = pick(unused, random)
  if (facts === undefined) return undefined
  const { key, values, fallback, type } = facts
  const value =
    values?.[0] ??
    (fallback !== undefined && /^[\w.-]{1,40}$/.test(fallback)
      ? fallback
      : type === 'boolean'
        ? 'true'
        : type === 'integer' || type === 'number'
          ? '12'
          : 'standard')
  return {
    keys: [key],
    what: 'a new key, read by the code, in the sample, both environments and the contract',
    declares: {
      [key]: {
        description: 'Added with its intent.',
        ...(random.integer(2) === 0 ? {} : { mustMatch: ['staging', 'production'] }),
      },
    },
    apply(it) {
      if (!new RegExp(`^#?\\s*${key}=`, 'm').test(sample.text))
        it.sample!.text = `${sample.text}\n# How it is chosen is in the manual.\n${key}=${value}\n`
      for (const side of sides) it.sides[side].push({ key, value, secret: false })
    },
  }
}

/** A number above `least` that both environments have, and that is no port. */
const sameNumber = (occasion: Occasion, least: number) =>
  pickEntry(
    occasion,
    (it, staging) =>
      isNumber(it) &&
      it.value === staging.value &&
      Number(it.value) > least &&
      !it.key.endsWith('PORT'),
  )

const valueInType: Operator = (occasion) => {
  const { random } = occasion
  const entry = sameNumber(occasion, 4)
  if (entry === undefined) return undefined
  const value = String(Number(entry.value) + 1 + random.integer(3))
  return {
    keys: [entry.key],
    what: 'a number a little larger in both',
    apply: setting(entry.key, sides, { value }),
  }
}

const textInShape: Operator = (occasion) => {
  const entry = pickEntry(occasion, (it) => isUrl(it))
  if (entry === undefined) return undefined
  return {
    keys: [entry.key],
    what: 'a new path or host of the same kind in both',
    apply(it) {
      for (const side of sides) {
        const known = entryOf(it, side, entry.key)!
        known.value = known.value.replace('://', '://eu1-')
      }
    },
  }
}

const declaredDifference: Operator = (occasion) => {
  const { random } = occasion
  const entry = sameNumber(occasion, 1)
  if (entry === undefined) return undefined
  const value = String(Number(entry.value) * 2 + random.integer(3))
  return {
    keys: [entry.key],
    what: 'production is larger, and the contract says why',
    declares: { [entry.key]: { mayDiffer: { reason: 'production is larger' } } },
    apply: setting(entry.key, ['production'], { value }),
  }
}

const rotated: Operator = (occasion) => {
  const { salt, random } = occasion
  const entry = pickEntry(occasion, (it) => it.secret && it.value.length >= 24)
  if (entry === undefined) return undefined
  const prefix = /^(?:[a-z]{2,4}_(?:live|test)_|live_|EAAA)/.exec(entry.value)?.[0] ?? ''
  const value =
    prefix +
    opaque(
      [salt, entry.key, 'rotated', String(random.integer(1000))],
      entry.value.length - prefix.length,
    )
  return {
    keys: [entry.key],
    what: 'a new secret of the same shape',
    apply: setting(entry.key, ['production'], { value }),
  }
}

const space: Operator = ({ base, random }) => {
  const how = random.integer(3)
  return {
    keys: [],
    what: ['empty lines', 'ends of lines of Windows', 'an empty line at the end'][how]!,
    apply(it) {
      if (how === 0)
        it.reshape = (text) =>
          text.replaceAll('\n', (end, at: number) =>
            at % 3 === 0 && !isYaml(base) && base.form !== 'env-file' ? '\n\n' : end,
          ) + '\n\n'
      else if (how === 1) it.reshape = (text) => text.replaceAll('\n', '\r\n')
      else it.reshape = (text) => `${text}\n`
    },
  }
}

const renamedFile: Operator = ({ base }) => {
  const { folder, form } = base
  // named on the command line
  if (form === 'github-actions') return undefined
  const [from, to]: [string, string] =
    form === 'kubernetes'
      ? ['deploy/production/app.yaml', 'deploy/production/workloads.yaml']
      : form === 'terraform'
        ? ['production.tfplan.json', 'infra/production.tfplan.json']
        : form === 'dotenv'
          ? [`${folder}.env.production`, 'config/production.env']
          : [`${folder}compose.production.yaml`, `${folder}docker-compose.production.yml`]
  if (form === 'dotenv' && folder !== '') return undefined
  return { keys: [], what: 'a file renamed', apply: (it) => void (it.renamed[from] = to) }
}

const port: Operator = (occasion) => {
  const entry = pickEntry(
    occasion,
    (it, staging) => it.key.endsWith('PORT') && isNumber(it) && it.value === staging.value,
  )
  if (entry === undefined) return undefined
  const value = String(8000 + occasion.random.integer(900))
  return {
    keys: [entry.key],
    what: 'another port in both',
    apply: setting(entry.key, sides, { value }),
  }
}

const toDefault: Operator = (occasion) => {
  const { keys } = occasion
  const unused = [...keys.values()].filter(
    ({ key, fallback, reads, inSample }) =>
      inSample &&
      fallback !== undefined &&
      /^[\w.-]{1,40}$/.test(fallback) &&
      entryOf(occasion.base, 'production', key) === undefined &&
      reads.every((it) => it.default?.literal === fallback) &&
      !/DEBUG|URL|HOST|SECRET|KEY|TOKEN|PASS/.test(key),
  )
  const facts = pick(unused, occasion.random)
  if (facts === undefined) return undefined
  return {
    keys: [facts.key],
    what: 'production writes the default of the code out',
    apply: (it) =>
      void it.sides.production.push({ key: facts.key, value: facts.fallback!, secret: false }),
  }
}

const sampleText: Operator = ({ base, random }) => {
  if (base.sample === undefined) return undefined
  const how = random.integer(2)
  return {
    keys: [],
    what: how === 0 ? 'a comment in the sample' : 'the sample in another order of paragraphs',
    apply(it) {
      const { text } = it.sample!
      it.sample!.text =
        how === 0
          ? `# Copy this file and fill it in.\n${text}`
          : text
              .split(/\n{2,}/)
              .toReversed()
              .join('\n\n') + '\n'
    },
  }
}

const commentedOut: Operator = ({ base, random }) => {
  if (isYaml(base)) return undefined
  const entry = pick(base.sides.production, random)
  if (entry === undefined) return undefined
  return {
    keys: [entry.key],
    what: 'an old value kept as a comment',
    apply: setting(entry.key, ['production'], {
      comment: `${entry.key}=previous-${entry.key.toLowerCase().slice(0, 10)}`,
    }),
  }
}

export const harmlessChanges: Record<string, readonly Operator[]> = {
  comment: [comment, commentedOut],
  'order of keys': [order],
  'quotes without effect': [quotes],
  'white space, ends of lines': [space],
  'file renamed': [renamedFile],
  'number within its range, both': [valueInType],
  'host or path of the same kind, both': [textInShape],
  'port, both': [port],
  'secret rotated, same shape': [rotated],
  'default written out': [toDefault],
  'difference with its reason in the contract': [declaredDifference],
  'new key, documented and declared': [documented],
  'text of the sample': [sampleText],
}
