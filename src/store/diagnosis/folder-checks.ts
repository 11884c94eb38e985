import { type Diagnosis, fine, unknown, wrong } from './diagnosis.ts'
import type { FolderFigures } from './look-at-folder.ts'

const oldestNode = 24
const fullDisk = 0.05

/** Judges an Aftergreen that does not run. What only a running server knows is said to be unknown. */
export function checkFolder(figures: FolderFigures, external: boolean): Diagnosis[] {
  return [
    unknown(
      'server',
      'No server was asked: what arrives, and how it is kept, could not be looked at.',
      'Start one with "aftergreen serve", or name it with --server URL.',
    ),
    node(figures),
    engine(figures, external),
    access(figures),
    disk(figures),
    spool(figures),
    rejected(figures),
    ports(figures),
  ]
}

function node({ nodeVersion }: FolderFigures): Diagnosis {
  if (Number.parseInt(nodeVersion, 10) >= oldestNode)
    return fine('node', `Node.js ${nodeVersion} suffices.`)
  return wrong(
    'node',
    `Node.js ${nodeVersion} is too old.`,
    `Install Node.js ${oldestNode} or newer.`,
  )
}

function engine({ engineProblem }: FolderFigures, external: boolean): Diagnosis {
  if (external) return fine('engine', 'AFTERGREEN_CLICKHOUSE_URL names a ClickHouse server.')
  if (engineProblem === '')
    return fine('engine', 'The embedded engine is installed for this platform.')
  return wrong(
    'engine',
    engineProblem,
    'Install again without leaving out optional dependencies, or set AFTERGREEN_CLICKHOUSE_URL to a ClickHouse server.',
  )
}

function access({ folder, access, accessProblem }: FolderFigures): Diagnosis {
  if (access === 'free') return fine('folder', `The data folder ${folder} is free.`)
  if (access === 'new') {
    return fine('folder', `There is no data folder ${folder} yet; the first start makes it.`)
  }
  const advice =
    access === 'locked'
      ? 'A server or an import uses it: ask that server with --server URL, or wait until it has ended.'
      : 'Make it writable for this user, or choose another with --data.'
  return wrong('folder', accessProblem, advice)
}

function disk({ disk }: FolderFigures): Diagnosis {
  if (disk === null || disk.total === 0) {
    return unknown(
      'disk',
      'How much of the disk is free could not be found out.',
      'Look at it with df.',
    )
  }
  const share = disk.free / disk.total
  const words = `${(share * 100).toFixed(0)} % (${(disk.free / 1e9).toFixed(1)} GB) of the disk`
  if (share >= fullDisk) return fine('disk', `${words} is free.`)
  return wrong('disk', `Only ${words} is free.`, 'Free some space before the next start.')
}

function spool({ spool: { files, bytes } }: FolderFigures): Diagnosis {
  if (files === 0) return fine('spool', 'Nothing waits in the spool.')
  return fine(
    'spool',
    `${files} files (${Math.ceil(bytes / 1e6)} MB) wait in the spool; the next start stores them.`,
  )
}

function rejected({ rejectedFiles }: FolderFigures): Diagnosis {
  if (rejectedFiles === 0) return fine('rejected', 'Nothing that was received had to be set aside.')
  return wrong(
    'rejected',
    `${rejectedFiles} files were set aside because the engine refused them or they were damaged.`,
    'Their rows are missing in every answer. Keep spool/rejected of the data folder for a report, then delete the files.',
  )
}

function ports({ takenPorts }: FolderFigures): Diagnosis {
  if (takenPorts.length === 0) return fine('ports', 'The usual ports are free.')
  return wrong(
    'ports',
    `Something else listens on ${takenPorts.join(', ')}.`,
    'Stop it, or start with other ports (--port, --otlp-port, --grpc-port; 0 takes any free one).',
  )
}
