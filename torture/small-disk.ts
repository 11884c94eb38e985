import { spawnSync } from 'node:child_process'

/** Set for the run inside: the folder that is a small disk of its own. */
const variable = 'AFTERGREEN_TORTURE_DISK'
const size = '900m'

/**
 * Runs this program again with a memory disk of its own on `folder`, which vanishes with it; undefined where this system
 * does not let us. Needs `unshare` (util-linux) and user namespaces, or root.
 * @returns the exit code of that run
 */
export function runOnSmallDisk(folder: string): number | undefined {
  const mount = `mount -t tmpfs -o size=${size} tmpfs "$0"`
  const prefix = ['--map-root-user', '--mount', 'sh', '-c']
  const trial = spawnSync('unshare', [...prefix, mount, folder], { stdio: 'ignore' })
  if (trial.status !== 0) return undefined
  const run = spawnSync(
    'unshare',
    [...prefix, `${mount} && exec "$@"`, folder, process.execPath, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, [variable]: folder } },
  )
  return run.status ?? 70
}

export const smallDisk = (): string | undefined => process.env[variable]
