import { environmentKind } from '../repository/environment-kind.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckInput } from '../rules/check-input.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { hostClass, hostOf, hostWords, urlOf } from './hosts.ts'
import { isDatabase, keyWords } from './key-nature.ts'
import { findInPack, type Pack, valuesOf } from './pack.ts'
import { modeOf } from './payment-modes.ts'

/** Hosts that do not belong where they are named. */
export const placesPack: Pack = {
  name: 'places',
  description:
    "localhost, example hosts and tunnels in production; another environment's host or secret",
  check(input, outcome) {
    for (const environment of input.environments) {
      if (environment.kind === 'production') checkLocal(environment, outcome)
      if (environment.kind !== 'other') {
        checkForeign(environment, input, outcome)
        checkReferences(environment, outcome)
      }
    }
  },
}

/** What a program listens on, or has beside itself, is the machine itself on purpose. */
const ownAddress =
  /^(bind|listen|listener|address|addr|interface|health|healthcheck|healthz|internal|sidecar|agent|statsd|proxy|trusted|allowed|whitelist|allowlist|cors|noproxy|socket|pprof|admin|debug|server|origins|chrome|puppeteer|test)$/
const ownKeys =
  /^(host|hostname|ip|http_host|web_host|app_host|server_host|listen_host|no_proxy|server_name|.*_bind_host|.*_listen_host|.*_hostname)$/i
const telemetryOrMail =
  /^(otel|otlp|sentry|dd|datadog|jaeger|zipkin|telemetry|mail|smtp|email|mailer)$/

function checkLocal(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  const { name } = environment
  for (const { binding, key, text } of valuesOf(environment)) {
    const words = keyWords(key)
    const host = hostOf(text)
    if (host === undefined || ownKeys.test(key) || words.some((word) => ownAddress.test(word)))
      continue
    // they have rules of their own
    if (
      isDatabase(words) ||
      words.some((word) => telemetryOrMail.test(word)) ||
      modeOf(binding) !== undefined
    )
      continue
    const isUrl = urlOf(text) !== undefined
    if (
      !isUrl &&
      !/^(host|url|uri|endpoint|domain|origin|server|base|broker|brokers|hosts)$/.test(
        words.at(-1) ?? '',
      )
    )
      continue
    if (/^(postgres|mysql|mongo|redis|amqp|mariadb)/.test(urlOf(text)?.scheme ?? '')) continue
    const kind = hostClass(host)
    if (kind === 'private' || kind === 'public') continue
    const what = {
      loopback: 'the machine itself',
      example: 'a host that is only an example',
      tunnel: "a tunnel to somebody's own machine",
    }[kind]
    const callback = words.some((word) =>
      /^(callback|redirect|return|nextauth|auth|oauth|oidc|public|site|app|base|frontend|webapp)$/.test(
        word,
      ),
    )
    findInPack(outcome, {
      rule: kind === 'loopback' ? 'localhost' : kind === 'example' ? 'example-host' : 'tunnel-host',
      severity: kind === 'loopback' ? 'warning' : 'error',
      binding,
      ...(callback ? { effect: 'auth' as const } : {}),
      message: `${key} in ${name} leads to ${what}.`,
      hint: `Put the address that holds in ${name}.`,
    })
  }
}

/** `api.staging.shop.com` in production, `api.prod.shop.com` in staging: by whole words of the host. */
function checkForeign(
  environment: LoadedEnvironment,
  { environments }: CheckInput,
  outcome: CheckOutcome,
): void {
  const { name, kind } = environment
  const own = new Set(keyWords(name))
  const others = new Set(
    environments
      .filter((it) => it.kind !== kind && it.kind !== 'other')
      .flatMap((it) => keyWords(it.name))
      .filter((word) => environmentKind(word) !== 'other'),
  )
  for (const { binding, key, text } of valuesOf(environment)) {
    const host = hostOf(text)
    if (
      host === undefined ||
      hostClass(host) === 'loopback' ||
      hostClass(host) === 'example' ||
      hostClass(host) === 'tunnel'
    )
      continue
    // which side of a processor it is, is told by that pack
    if (modeOf(binding) !== undefined) continue
    const found = hostWords(host).find((word) => {
      if (own.has(word)) return false
      const said = environmentKind(word)
      if (
        said === 'other' ||
        said === kind ||
        /^(live|local|integration|review|rc|preview|beta|sandbox|ci|acc|acceptance)$/.test(word)
      )
        return false
      if (kind === 'production')
        return said === 'staging' || said === 'development' || others.has(word)
      return said === 'production'
    })
    if (found === undefined) continue
    findInPack(outcome, {
      rule: 'other-environment-host',
      severity: kind === 'production' || kind === 'staging' ? 'error' : 'warning',
      binding,
      ...(/callback|redirect|auth/i.test(key) ? { effect: 'auth' as const } : {}),
      message: `${key} in ${name} names a host of another environment ("${found}").`,
      hint: `Put the host of ${name} in.`,
    })
  }
}

/** A secret is not there to be read, but its name says whose it is: `secret/staging/db` in production. */
function checkReferences({ name, kind, bindings }: LoadedEnvironment, outcome: CheckOutcome): void {
  const own = new Set(keyWords(name))
  for (const binding of bindings) {
    if (binding.state !== 'reference' || modeOf(binding) !== undefined) continue
    const words = keyWords((binding.detail ?? '').slice(0, 512))
    if (words.some((word) => own.has(word) || environmentKind(word) === kind)) continue
    const found = words.find((word) =>
      /^(production|prod|prd|staging|stg|development|dev|uat|qa)$/.test(word),
    )
    if (found === undefined || (kind !== 'production' && environmentKind(found) !== 'production'))
      continue
    findInPack(outcome, {
      rule: 'other-environment-reference',
      binding,
      message: `${binding.key} in ${name} refers to something that is called "${found}".`,
      hint: `Refer to what belongs to ${name}.`,
    })
  }
}
