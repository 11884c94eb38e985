import { environmentKind } from '../repository/environment-kind.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'
import type { CheckOutcome } from '../rules/check-outcome.ts'
import { hostClass, hostOf } from './hosts.ts'
import { keyWords } from './key-nature.ts'
import { findInPack, isOn, type Pack, valuesOf } from './pack.ts'

const telemetry =
  /^(otel|otlp|sentry|dd|datadog|newrelic|jaeger|zipkin|tempo|honeycomb|bugsnag|rollbar|opentelemetry|tracing|telemetry|apm|elastic|appsignal|airbrake|glitchtip|splunk)$/
const runtimeMode =
  /^(node_env|rails_env|rack_env|app_env|flask_env|django_env|aspnetcore_environment|dotnet_environment|mix_env|symfony_env|go_env|deno_env|bun_env|env)$/i

/** Whether production can be seen, under its own name. */
export const telemetryPack: Pack = {
  name: 'telemetry',
  description:
    'telemetry to the machine itself, sampled to nothing or switched off in production; wrong environment name',
  check({ environments }, outcome) {
    for (const environment of environments) {
      if (environment.kind === 'production') checkSeen(environment, outcome)
      if (environment.kind !== 'other') checkName(environment, outcome)
    }
  },
}

function checkSeen(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  const { name } = environment
  for (const { binding, key, text } of valuesOf(environment)) {
    const words = keyWords(key)
    if (!words.some((word) => telemetry.test(word)) && !/new_relic/i.test(key)) continue
    const last = words.at(-1) ?? ''
    const host = /^(endpoint|url|uri|host|address|dsn|collector)$/.test(last)
      ? hostOf(text)
      : undefined
    if (host !== undefined && hostClass(host) !== 'public' && hostClass(host) !== 'private') {
      findInPack(outcome, {
        rule: 'telemetry-host',
        severity: 'warning',
        binding,
        effect: 'availability',
        message: `${key} in ${name} sends telemetry to ${hostClass(host) === 'loopback' ? 'the machine itself' : 'a host that is only an example'}.`,
        hint: 'Put the collector in; where one runs beside each process, accept this in the baseline.',
      })
    }
    const rate =
      /(sample|sampling|samples)_?(rate|ratio|probability|percentage|percent)?$/i.test(key) ||
      /traces?_sampler_arg$/i.test(key)
    const none =
      (rate &&
        /^0(\.0*)?$/.test(text) &&
        !words.some((word) => /^(replays?|profiles?|profiling)$/.test(word))) ||
      (/traces?_sampler$/i.test(key) && /(^|_)always_off$/.test(text))
    const off = /^otel_sdk_disabled$/i.test(key) && isOn(text)
    if (none || off) {
      findInPack(outcome, {
        rule: 'telemetry-off',
        severity: 'warning',
        binding,
        effect: 'availability',
        evidence: 'proved',
        message: `${key} in ${name} ${off ? 'switches telemetry off' : 'samples nothing'}: what fails there is not seen.`,
        hint: 'Set a rate above 0.',
      })
    }
  }
}

function checkName(environment: LoadedEnvironment, outcome: CheckOutcome): void {
  const { name, kind } = environment
  for (const { binding, key, text } of valuesOf(environment)) {
    const words = keyWords(key)
    const tells =
      /^(env|environment)$/.test(words.at(-1) ?? '') &&
      (words.some((word) => telemetry.test(word)) || /new_?relic/i.test(key))
    const attribute = /otel_resource_attributes$/i.test(key)
      ? /(?:^|,)\s*deployment\.environment(?:\.name)?\s*=\s*([^,]+)/.exec(text)?.[1]?.trim()
      : undefined
    const said = attribute ?? (tells ? text : undefined)
    if (said !== undefined) {
      const saidKind = environmentKind(said)
      if (saidKind === 'other' || saidKind === kind || said === name) continue
      // of two that are not production either may call itself by the other's word
      if (saidKind !== 'production' && kind !== 'production') continue
      findInPack(outcome, {
        rule: 'telemetry-environment',
        severity: 'warning',
        binding,
        effect: 'availability',
        message: `${key} in ${name} tells telemetry that this is another environment.`,
        hint: `Name the environment ${name}.`,
      })
    } else if (kind === 'production' && runtimeMode.test(key)) {
      const saidKind = environmentKind(text)
      if (saidKind !== 'development' && saidKind !== 'test') continue
      findInPack(outcome, {
        rule: 'runtime-mode',
        binding,
        effect: 'availability',
        message: `${key} in ${name} runs the program in the mode for ${saidKind === 'test' ? 'tests' : 'development'}.`,
        hint: 'Set it to production.',
      })
    }
  }
}
