/** Which side of a payment processor a value leads to: real money, or its sandbox. Told from shapes, never printed. */
import type { Binding } from '../binding.ts'
import { urlOf } from './hosts.ts'
import { isMoney, keyWords, paymentProcessors } from './key-nature.ts'

export type PaymentMode = 'live' | 'test'

export interface ModeSaid {
  mode: PaymentMode
  provider: string
  /** `key`: the shape of a key; `host`: an address; `selector`: a variable that chooses; `reference`: a name. */
  by: 'key' | 'host' | 'selector' | 'reference'
}

/** [processor, live, test, words that the key's name must have, where the shape alone says too little]. */
const shapes: readonly [string, RegExp, RegExp, RegExp?][] = [
  ['stripe', /^(sk|rk|pk|ek)_live_/, /^(sk|rk|pk|ek)_test_/],
  ['razorpay', /^rzp_live_/, /^rzp_test_/],
  ['mollie', /^live_[A-Za-z0-9]{20,}$/, /^test_[A-Za-z0-9]{20,}$/, /mollie/],
  ['square', /^(sq0(idp|atp|csp)-)/, /^sandbox-sq0/],
  ['braintree', /^(access_token\$production\$|production_[a-z0-9]+_)/, /^(access_token\$sandbox\$|sandbox_[a-z0-9]+_)/],
  ['adyen', /^live_[A-Z0-9]{16,}$/, /^test_[A-Z0-9]{16,}$/, /adyen/],
  ['flutterwave', /^FLW(SECK|PUBK)-/, /^FLW(SECK|PUBK)_TEST-/],
  ['paddle', /^(pdl_live_|live_[a-z0-9]{20,})/, /^(pdl_sdbx_|test_[a-z0-9]{20,})/, /paddle/],
  ['paddle', /^pdl_live_/, /^pdl_sdbx_/],
  ['gocardless', /^live_/, /^sandbox_/, /gocardless/],
  ['checkout.com', /^(?!)/, /^[sp]k_sbox_/],
  ['klarna', /^klarna_live_/, /^klarna_test_/],
  ['midtrans', /^Mid-(server|client)-/, /^SB-Mid-(server|client)-/],
  ['xendit', /^xnd_(public_)?production_/, /^xnd_(public_)?development_/],
  ['mercadopago', /^APP_USR-/, /^TEST-/, /mercado/],
  ['cashfree', /^cfsk_ma_prod_/, /^cfsk_ma_test_/],
  ['chargebee', /^live_/, /^test_/, /chargebee/],
  ['plaid', /^access-production-/, /^access-(sandbox|development)-/],
  ['omise', /^(?!)/, /^[sp]key_test_/],
  ['payment', /^[a-z]{2,10}_(live|prod|production)_[A-Za-z0-9]{8,}/, /^[a-z]{2,10}_(test|sandbox|sbox)_[A-Za-z0-9]{8,}/, /pay|billing|checkout|merchant|psp/],
] // prettier-ignore

/** Addresses: [processor, sandbox, live]. */
const hosts: readonly [string, RegExp, RegExp][] = [
  ['paypal', /(^|[.-])sandbox\.paypal\.com$/, /(^|\.)(api-m|api|www|ipnpb)\.paypal\.com$/],
  ['adyen', /-test\.adyen(payments)?\.com$|(^|\.)test\.adyen\.com$/, /-live(-\w+)?\.adyen(payments)?\.com$|(^|\.)live\.adyen\.com$/],
  ['braintree', /(^|\.)sandbox\.braintree(gateway|-api)\.com$/, /^(api|payments|www)\.braintree(gateway|-api)\.com$/],
  ['square', /(^|\.)squareupsandbox\.com$/, /^connect\.squareup\.com$/],
  ['klarna', /(^|\.)playground\.klarna\.com$/, /^api(-\w+)?\.klarna\.com$/],
  ['authorize.net', /^(apitest|test)\.authorize\.net$/, /^(api2?|secure2?)\.authorize\.net$/],
  ['gocardless', /^api-sandbox\.gocardless\.com$/, /^api\.gocardless\.com$/],
  ['checkout.com', /(^|\.)sandbox\.checkout\.com$/, /^api\.checkout\.com$/],
  ['worldpay', /^(try|secure-test)\.(access\.)?worldpay\.com$/, /^(access|secure)\.worldpay\.com$/],
  ['midtrans', /sandbox\.midtrans\.com$/, /^(api|app)\.midtrans\.com$/],
  ['paddle', /^sandbox-(api|vendors|checkout)\.paddle\.com$/, /^(api|vendors|checkout)\.paddle\.com$/],
  ['plaid', /^(sandbox|development)\.plaid\.com$/, /^production\.plaid\.com$/],
  ['cybersource', /^apitest\.cybersource\.com$/, /^api\.cybersource\.com$/],
  ['payu', /^secure\.snd\.payu\.com$|^test\.payu\.in$/, /^secure\.payu\.(com|in)$/],
  ['stripe', /(^|[.-])stripe-?mock([.:]|$)|^localstripe$/, /^api\.stripe\.com$/],
] // prettier-ignore

const testWords =
  /^(sandbox|sandboxed|test|testing|tests|mock|mocked|mocks|fake|dummy|noop|stub|stubbed|simulator|simulated|simulation|simulate|demo|playground|development|dev|local|null|none|dryrun|staging)$/
const liveWords = /^(live|production|prod|real)$/
const selectorEnd =
  /^(provider|providers|processor|processors|gateway|gateways|mode|env|environment|sandbox|backend|driver|adapter|adaptor|implementation|impl|live|testmode|simulate|simulation|mock|fake|psp|acquirer|target|vendor|service|testing|test|production)$/
const truth = /^(true|1|yes|on|enabled)$/i
const falsehood = /^(false|0|no|off|disabled)$/i
/** Words beside which a selector is of another trade: who signs in, who sends mail. */
const otherTrade =
  /^(auth|oauth|login|email|mail|sms|storage|cache|queue|search|ai|llm|gift|captcha|identity|log|logging|ui|theme)$/

/** Whether a key chooses by its value which processor, or which side of it, gets transactions. */
export function isSelector(key: string, value?: string): boolean {
  const words = keyWords(key)
  const last = words.at(-1) ?? ''
  const both = words.slice(-2).join('')
  if (words.some((word) => otherTrade.test(word))) return false
  if (!selectorEnd.test(last) && !/^(dryrun|testmode|sandboxmode|livemode)$/.test(both)) {
    // `PAYMENT_PROCESSOR_NAME`
    const beforeLast = words.at(-2) ?? ''
    if (
      !/^(name|type|enabled|id|mode)$/.test(last) ||
      !/^(provider|processor|gateway|sandbox|psp)$/.test(beforeLast)
    )
      return false
    if (last === 'id') return false
  }
  if (isMoney(words)) return true
  return (
    value !== undefined &&
    /^(provider|processor|gateway|psp|acquirer)$/.test(last) &&
    processorIn(value) !== undefined
  )
}

/** `stripe` of `stripe-test`, `Stripe`, `stripe_v2`; undefined where no known processor is named. */
export function processorIn(value: string): string | undefined {
  if (value.length > 64) return undefined
  return keyWords(value).find((word) => paymentProcessors.has(word))
}

/** What a selector chooses, as far as words and truth values tell. */
export function selectorMode(key: string, value: string): PaymentMode | undefined {
  const words = keyWords(key)
  const text = value.trim()
  if (truth.test(text) || falsehood.test(text)) {
    const tail = words.filter((word) => !/^(mode|enabled|enable|is|use|id)$/.test(word))
    const said = tail.findLast(
      (word) => testWords.test(word) || liveWords.test(word) || word === 'testmode',
    )
    const dry = /dryrun|testmode|sandboxmode/.test(words.join(''))
    if (said === undefined && !dry) return undefined
    const namesTest = dry || !liveWords.test(said ?? '')
    return truth.test(text) === namesTest ? 'test' : 'live'
  }
  if (text.length > 64) return undefined
  const said = keyWords(text)
  if (said.some((word) => testWords.test(word)) || said.join('') === 'dryrun') return 'test'
  return said.some((word) => liveWords.test(word)) ? 'live' : undefined
}

/** Test or live, where a binding tells: by the shape of a key, an address, a choice, or the name of what it refers to. */
export function modeOf(binding: Binding): ModeSaid | undefined {
  if (known.has(binding)) return known.get(binding)
  const mode = modeOfBinding(binding)
  known.set(binding, mode)
  return mode
}

/** Several rules ask. */
const known = new WeakMap<Binding, ModeSaid | undefined>()

function modeOfBinding({ key, state, value, detail }: Binding): ModeSaid | undefined {
  if (state === 'reference') return modeOfReference(key, detail ?? '')
  if (state !== 'set' || value === undefined) return undefined
  const text = value.reveal().trim()
  if (text.length > 4096) return undefined
  return modeOfKeyShape(key, text) ?? modeOfAddress(text) ?? modeOfChoice(key, text)
}

function modeOfKeyShape(key: string, text: string): ModeSaid | undefined {
  const name = key.toLowerCase()
  for (const [provider, live, test, named] of shapes) {
    if (named !== undefined && !named.test(name)) continue
    if (live.test(text)) return { mode: 'live', provider, by: 'key' }
    if (test.test(text)) return { mode: 'test', provider, by: 'key' }
  }
  return undefined
}

function modeOfAddress(text: string): ModeSaid | undefined {
  const host = urlOf(text)?.host ?? (/^[a-z0-9.-]+$/i.test(text) ? text.toLowerCase() : '')
  for (const [provider, test, live] of hosts) {
    if (test.test(host)) return { mode: 'test', provider, by: 'host' }
    if (live.test(host)) return { mode: 'live', provider, by: 'host' }
  }
  return undefined
}

function modeOfChoice(key: string, text: string): ModeSaid | undefined {
  if (!isSelector(key, text)) return undefined
  const mode = selectorMode(key, text)
  const provider =
    processorIn(text) ?? keyWords(key).find((word) => paymentProcessors.has(word)) ?? 'payment'
  return mode === undefined ? undefined : { mode, provider, by: 'selector' }
}

/** `secret/stripe-live#key`: names are not values, but they say what somebody meant. */
function modeOfReference(key: string, detail: string): ModeSaid | undefined {
  if (!isMoney(keyWords(key))) return undefined
  const words = keyWords(detail.slice(0, 256))
  const test = words.some((word) => /^(sandbox|test|testing)$/.test(word))
  const live = words.some((word) => /^(live|production|prod)$/.test(word))
  if (test === live) return undefined
  const provider = keyWords(key).find((word) => paymentProcessors.has(word)) ?? 'payment'
  return { mode: test ? 'test' : 'live', provider, by: 'reference' }
}
