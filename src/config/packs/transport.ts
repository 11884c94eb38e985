import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { keyWords } from './key-nature.ts'
import { findInPack, isOff, isOn, type Pack, valuesOf } from './pack.ts'

/** Debug modes, and certificates that nobody looks at. */
export const transportPack: Pack = {
  name: 'transport',
  description: 'debug mode in production, TLS verification off in production and staging',
  check({ environments }, outcome) {
    for (const environment of environments) {
      const { kind, name } = environment
      if (kind !== 'production' && kind !== 'staging') continue
      for (const { binding, key, text } of valuesOf(environment)) {
        if (verifiesNothing(key, text)) {
          findInPack(outcome, {
            rule: 'tls-verification-off',
            severity: kind === 'production' ? 'error' : 'warning',
            binding,
            effect: 'auth',
            evidence: 'proved',
            message: `${key} in ${name} takes any certificate for good: whoever stands between can read and change everything.`,
            hint: 'Remove it, and trust the authority that signs (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE).',
          })
        }
      }
      if (kind === 'production') checkDebug(environment, outcome)
    }
  },
}

/** Whether a key with this value makes a client believe any certificate. */
function verifiesNothing(key: string, text: string): boolean {
  const words = keyWords(key)
  const joined = words.join('_')
  const tls = words.some((word) =>
    /^(tls|ssl|https|pythonhttpsverify|cert|certs|certificate|certificates|x509|nodetls)$/.test(
      word,
    ),
  )
  if (joined === 'pythonhttpsverify') return isOff(text)
  if (/(^|_)reject_?unauthorized$/.test(joined)) return isOff(text)
  if (
    /(^|_)(ssl|tls)_no_verify$|(^|_)(no|skip|disable)_(ssl|tls|cert|certificate)_(verify|verification|validation|check)$/.test(
      joined,
    )
  )
    return isOn(text)
  if (
    /(^|_)insecure_skip_verify$|(^|_)(tls|ssl|https)_insecure$|(^|_)(ssl|tls|tls_ssl)_skip_verify$|(^|_)skip_(tls|ssl)_verify$/.test(
      joined,
    )
  )
    return isOn(text)
  if (
    tls &&
    /(^|_)(verify|verification|verify_peer|validate|verify_mode|check_hostname|strict)$/.test(
      joined,
    )
  )
    return isOff(text)
  if (/(^|_)verify_(ssl|tls|cert|certs|certificate|certificates)$/.test(joined)) return isOff(text)
  return false
}

const debugKey =
  /^(debug|app_debug|flask_debug|django_debug|rails_debug|debug_mode|enable_debug|debug_enabled|server_debug|api_debug|display_errors|wp_debug|symfony_debug|werkzeug_debug_pin_off|graphql_playground(_enabled)?|enable_graphql_playground|apollo_playground|graphql_introspection)$/

function checkDebug(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  for (const { binding, key, text } of valuesOf(environment)) {
    const name = keyWords(key).join('_')
    const prefixed =
      /_debug$|_debug_mode$/.test(name) &&
      !/(sentry|log|logger|level|otel|sql|query|http)_debug$/.test(name)
    if (!(debugKey.test(name) || prefixed) || !isOn(text)) continue
    findInPack(outcome, {
      rule: 'debug-on',
      binding,
      effect: 'privacy',
      message: `${key} is on in ${environment.name}: errors may show code, settings and data to whoever asks.`,
      hint: 'Switch it off.',
    })
  }
}
