import type { KeyRead, Phase } from '../key-read.ts'

/** When a wrong value is met: while it starts, with a request, only when something else has failed, in a build. */
export type Exposure = 'boot' | 'request' | 'error-path' | 'build' | 'unknown'

const errorPath =
  /(^|[/_.-])(error|errors|exception|exceptions|fallback|retry|retries|recover|recovery|failover|deadletter|dead-letter|rollback|incident|alert|alerts)([/_.-]|s?\.\w+$)/i
const requestPath =
  /(^|[/_.-])(route|routes|router|routers|controller|controllers|handler|handlers|middleware|middlewares|api|pages|views?|endpoints?|resolvers?|actions|webhooks?|services?|jobs|workers?|consumers?)([/_.-]|$)/i
const bootPath =
  /(^|[/_.-])(config|configs|configuration|env|environment|settings|main|index|server|app|bootstrap|startup|init|cmd|instrumentation|database|db)([/_.-]|$)/i

/**
 * Where in its life a process meets a key, by the files that read it: a guess from their names. The earliest meeting
 * counts; a key that is read on error paths alone is met by nobody until something else has failed (PCheck's latent class).
 */
export function exposureOf(
  reads: readonly Pick<KeyRead, 'location' | 'phase' | 'tier'>[],
  phase: Phase = 'run',
): Exposure {
  if (phase === 'build') return 'build'
  const live = reads.filter((it) => it.phase !== 'test' && it.phase !== 'build').slice(0, 500)
  if (live.length === 0) return reads.some((it) => it.phase === 'build') ? 'build' : 'unknown'
  const met = new Set(live.map(exposureOfRead))
  for (const exposure of ['boot', 'request', 'error-path'] as const) {
    if (met.has(exposure)) return exposure
  }
  return 'unknown'
}

function exposureOfRead({
  location: { file },
  tier,
}: Pick<KeyRead, 'location' | 'tier'>): Exposure {
  if (tier === 'schema' || tier === 'binding') return 'boot'
  if (errorPath.test(file)) return 'error-path'
  if (bootPath.test(file.split('/').at(-1) ?? '')) return 'boot'
  if (requestPath.test(file)) return 'request'
  return bootPath.test(file) ? 'boot' : 'unknown'
}
