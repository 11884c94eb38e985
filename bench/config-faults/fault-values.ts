/** Wrong values: of the other side, the wrong kind, the wrong size, or left from a workstation. */
import type { Change, Occasion, Operator } from './operator.ts'
import {
  isDataUrl,
  isNumber,
  isTruth,
  isUrl,
  pick,
  pickEntry,
  setting,
  someSides,
} from './operator.ts'
import { entryOf } from './configuration.ts'
import type { Entry } from './configuration.ts'

const payment = /STRIPE|PAYPAL|ADYEN|BRAINTREE|RAZORPAY|SQUARE|MOLLIE|GOCARDLESS|ACQUIRER|PADDLE/

const otherSide: Operator = (occasion) => {
  const entry = pickEntry(
    occasion,
    ({ key, value }, staging) =>
      payment.test(key) && !/WEBHOOK|PRICE|_URL$/.test(key) && value !== staging.value,
  )
  if (entry === undefined) return undefined
  const { base, random } = occasion
  const [to, from] =
    random.integer(2) === 0
      ? (['production', 'staging'] as const)
      : (['staging', 'production'] as const)
  const value = entryOf(base, from, entry.key)!.value
  return {
    keys: [entry.key],
    what: `${to} gets the payment value of ${from}`,
    apply: setting(entry.key, [to], { value }),
  }
}

const processor: Operator = ({ base, random }) => {
  const now = entryOf(base, 'production', 'PAYMENT_PROVIDER')?.value
  const value = pick(
    ['stripe', 'adyen', 'paypal', 'worldpay', 'mock'].filter((it) => it !== now),
    random,
  )!
  return {
    keys: ['PAYMENT_PROVIDER'],
    what: 'production has another processor',
    apply: setting('PAYMENT_PROVIDER', ['production'], { value }),
  }
}

const wrongType: Operator = (occasion) => {
  const entry = pickEntry(occasion, (it) => isNumber(it) || isTruth(it) || isUrl(it))
  if (entry === undefined) return undefined
  const { random } = occasion
  const value = isNumber(entry)
    ? pick(['ten', `${entry.value}px`, '1O0', 'unlimited'], random)!
    : isTruth(entry)
      ? pick(['maybe', 'ja', 'truee', '2'], random)!
      : pick(
          ['not-set-yet', entry.value.replace('://', ':/'), entry.value.replace('https', 'htp s')],
          random,
        )!
  return {
    keys: [entry.key],
    what: 'a value of another type',
    apply: setting(entry.key, someSides(random), { value }),
  }
}

const wrongChoice: Operator = (occasion) => {
  const entry = pickEntry(
    occasion,
    ({ key, value }) =>
      (occasion.keys.get(key)?.values ?? []).length > 1 && !/^(true|false)$/.test(value),
  )
  if (entry === undefined) return undefined
  const sides = someSides(occasion.random)
  return {
    keys: [entry.key],
    what: 'a value that is none of the choices',
    apply: setting(entry.key, sides, { value: `${entry.value}x` }),
  }
}

const amount = (entry: Entry): boolean =>
  !entry.secret && isNumber(entry) && Number(entry.value) > 0

const thousandfold: Operator = (occasion) => {
  const entry = pickEntry(occasion, (it) => amount(it) && !/PORT$|_ID$|VERSION/.test(it.key))
  if (entry === undefined) return undefined
  const value = String(Number(entry.value) * 1000)
  return {
    keys: [entry.key],
    what: 'a thousand times too much',
    apply: setting(entry.key, someSides(occasion.random), { value }),
  }
}

const outOfRange: Operator = (occasion) => {
  const { random } = occasion
  const entry = pickEntry(occasion, (it) => amount(it) && !/_ID$|VERSION/.test(it.key))
  if (entry === undefined) return undefined
  const value = entry.key.endsWith('PORT')
    ? pick(['0', '70000', '99999'], random)!
    : pick(['-1', '-30', '999999999999'], random)!
  return {
    keys: [entry.key],
    what: 'a number out of every range',
    apply: setting(entry.key, someSides(random), { value }),
  }
}

const localHost: Operator = (occasion) => {
  const { random } = occasion
  const entry = pickEntry(occasion, (it) => isUrl(it) || isDataUrl(it))
  if (entry === undefined) return undefined
  const host = pick(
    [
      'localhost:3000',
      '127.0.0.1:8080',
      'example.com',
      'shop-dev.ngrok-free.app',
      'your-domain.com',
    ],
    random,
  )!
  const value = entry.value.replace(/(:\/\/(?:[^/@]*@)?)[^/]+/, `$1${host}`)
  return {
    keys: [entry.key],
    what: 'a host of a workstation or of an example',
    apply: setting(entry.key, ['production'], { value }),
  }
}

const debugOn: Operator = (occasion) => {
  const known = pickEntry(occasion, (it) => isTruth(it) && /DEBUG/.test(it.key))
  const { random } = occasion
  if (known !== undefined && random.integer(2) === 0) {
    return {
      keys: [known.key],
      what: 'debug switched on',
      apply: setting(known.key, ['production'], { value: 'true' }),
    }
  }
  const [key, value] = pick(
    [
      ['DEBUG', 'true'],
      ['APP_DEBUG', '1'],
      ['FLASK_DEBUG', '1'],
      ['DJANGO_DEBUG', 'True'],
      ['NODE_ENV', 'development'],
      ['GRAPHQL_PLAYGROUND', 'true'],
    ] as const,
    random,
  )!
  return adding(key, value, 'debug mode of a framework')
}

const tlsOff: Operator = (occasion) => {
  const { random } = occasion
  const data = pickEntry(occasion, ({ value }) => /^(postgres|postgresql|mysql):\/\//.test(value))
  if (data !== undefined && random.integer(4) === 0) {
    const value = `${data.value.split('?')[0]}?sslmode=disable`
    return {
      keys: [data.key],
      what: 'the database without TLS',
      apply: setting(data.key, ['production'], { value }),
    }
  }
  const known = pickEntry(
    occasion,
    (it) =>
      isTruth(it) &&
      /VERIFY|REJECT_UNAUTH|_SECURE$|_TLS$|_SSL$/.test(it.key) &&
      it.value === 'true',
  )
  if (known !== undefined && random.integer(2) === 0) {
    return {
      keys: [known.key],
      what: 'TLS or its verification off',
      apply: setting(known.key, ['production'], { value: 'false' }),
    }
  }
  const [key, value] = pick(
    [
      ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
      ['PYTHONHTTPSVERIFY', '0'],
      ['GIT_SSL_NO_VERIFY', 'true'],
      ['SMTP_TLS_REJECT_UNAUTHORIZED', 'false'],
      ['S3_VERIFY_SSL', 'false'],
      ['LDAP_TLS_INSECURE', 'true'],
    ] as const,
    random,
  )!
  return adding(key, value, 'TLS verification off')
}

const adding = (key: string, value: string, what: string): Change => ({
  keys: [key],
  what,
  apply(it) {
    const known = entryOf(it, 'production', key)
    if (known === undefined) it.sides.production.push({ key, value, secret: false })
    else known.value = value
  },
})

const sampleSecret: Operator = (occasion) => {
  const { random, keys } = occasion
  const entry = pickEntry(occasion, (it) => it.secret)
  if (entry === undefined) return undefined
  const example = keys.get(entry.key)?.example ?? ''
  const value =
    example.length >= 6 && random.integer(2) === 0
      ? example
      : pick(
          [
            'changeme',
            'change-this-in-production',
            'secret',
            'your-secret-here',
            'admin123',
            'xxxxxxxxxxxxxxxx',
          ],
          random,
        )!
  return {
    keys: [entry.key],
    what: 'the secret of the sample, or a placeholder',
    apply: setting(entry.key, ['production'], { value }),
  }
}

const stagingValue: Operator = ({ ...occasion }: Occasion) => {
  const entry = pickEntry(
    occasion,
    (it, staging) => it.value !== staging.value && !payment.test(it.key),
  )
  if (entry === undefined) return undefined
  const value = entryOf(occasion.base, 'staging', entry.key)!.value
  return {
    keys: [entry.key],
    what: 'production has the value of staging',
    apply: setting(entry.key, ['production'], { value }),
  }
}

export const valueFaults: Record<string, readonly Operator[]> = {
  'wrong payment key or mode': [otherSide, otherSide, processor],
  'wrong type': [wrongType, wrongType, wrongChoice],
  'unit, a thousandfold': [thousandfold],
  'out of range': [outOfRange],
  'localhost or example host in production': [localHost],
  'debug on in production': [debugOn],
  'TLS or its verification off': [tlsOff],
  'sample secret or placeholder': [sampleSecret],
  'staging value in production': [stagingValue],
}
