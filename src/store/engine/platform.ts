import { AftergreenError } from '../../errors.ts'

/** What decides whether the embedded engine can run on a machine. */
export interface PlatformFacts {
  /** As `process.platform`. */
  platform: string
  /** As `process.arch`. */
  arch: string
  /** Linux only: whether the C library is glibc (musl, as on Alpine, cannot load the engine). */
  glibc: boolean
}

/** The facts of the machine that this process runs on. */
export function currentPlatform(): PlatformFacts {
  const { platform, arch } = process
  return { platform, arch, glibc: platform === 'linux' && hasGlibc() }
}

/**
 * The npm package that holds the engine's library for a platform.
 * @throws PLATFORM_UNSUPPORTED
 */
export function enginePackage(facts: PlatformFacts): string {
  const { platform, arch, glibc } = facts
  if (arch === 'x64' || arch === 'arm64') {
    if (platform === 'darwin') return `@chdb/lib-darwin-${arch}`
    if (platform === 'linux' && glibc) return `@chdb/lib-linux-${arch}-gnu`
  }
  const here = platform === 'linux' && !glibc ? `linux ${arch} with musl` : `${platform} ${arch}`
  throw new AftergreenError(
    'PLATFORM_UNSUPPORTED',
    `The embedded engine does not run on ${here}: it supports Linux with glibc and macOS, on x64 and arm64.`,
    {
      hint: 'Set AFTERGREEN_CLICKHOUSE_URL to a ClickHouse server: that works on every platform.',
    },
  )
}

/** The diagnostic report names the glibc version where there is one; musl has none. */
function hasGlibc(): boolean {
  const report: typeof process.report & { excludeNetwork?: boolean } = process.report
  const networkWas = report.excludeNetwork ?? false
  report.excludeNetwork = true
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } }
    return header?.glibcVersionRuntime !== undefined
  } finally {
    report.excludeNetwork = networkWas
  }
}
