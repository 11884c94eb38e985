import { accessSync, constants, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const debian = '/usr/lib/postgresql'

/**
 * The folder with the programs of a PostgreSQL of the system (initdb, postgres), or null.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | null}
 */
export function findPostgresql(env = process.env) {
  const onPath = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...versions(), ...onPath].map(folderOfServer).find((folder) => folder !== null) ?? null
}

/** Debian keeps them beside the path, the newest last. */
function versions() {
  try {
    const names = readdirSync(debian).toSorted((a, b) => Number(b) - Number(a))
    return names.map((name) => join(debian, name, 'bin'))
  } catch {
    return []
  }
}

/** @param {string} folder */
function folderOfServer(folder) {
  try {
    const server = realpathSync(join(folder, 'postgres'))
    accessSync(server, constants.X_OK)
    accessSync(join(dirname(server), 'initdb'), constants.X_OK)
    return dirname(server)
  } catch {
    return null
  }
}
