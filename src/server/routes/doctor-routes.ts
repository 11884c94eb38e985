import { Hono } from 'hono'

import { AftergreenError } from '../../errors.ts'
import type { ReleaseService } from '../../releases/release-service.ts'
import { judgeState, type WatchedRelease } from '../../store/diagnosis/checks/judge-state.ts'
import { checks } from '../../store/diagnosis/checks.ts'
import { unknown } from '../../store/diagnosis/diagnosis.ts'
import { type DoctorReport, stateOf } from '../../store/diagnosis/doctor-report.ts'
import type { Store } from '../../store/store.ts'

export interface DoctorSource {
  version: string
  /** null until it is open */
  store: () => Pick<Store, 'upkeep' | 'health'> | null
  releases: () => Pick<ReleaseService, 'list'> | null
}

/** `GET /` looks at the running server and says what is wrong, and what to do. */
export function doctorRoutes(source: DoctorSource): Hono {
  const routes = new Hono()
  routes.get('/', async (context) => context.json(await report(source)))
  return routes
}

async function report({ version, store, releases }: DoctorSource): Promise<DoctorReport> {
  const opened = store()
  const service = releases()
  if (opened === null || service === null) {
    throw new AftergreenError('STARTING', 'The server is still starting.', {
      hint: 'Ask again in a few seconds.',
    })
  }
  const at = new Date().toISOString()
  const judge = judgeState(await watched(service), at)
  const { upkeep } = opened
  if (upkeep === undefined) {
    const findings = [notOurs, ...judge]
    return { version, at, source: 'server', state: stateOf(findings), findings, figures: null }
  }
  const figures = await upkeep.figures(() => opened.health())
  const findings = [...checks.flatMap((check) => check(figures)), ...judge]
  return { version, at, source: 'server', state: stateOf(findings), findings, figures }
}

const notOurs = unknown(
  'tables',
  'This server only reads tables that somebody else fills: how they are filled and kept cannot be looked at here.',
  'Look at the collector that fills them.',
)

async function watched(service: Pick<ReleaseService, 'list'>): Promise<WatchedRelease[] | null> {
  try {
    const releases = await service.list()
    return releases
      .filter(({ phase }) => phase === 'watching')
      .map(({ release, evaluatedAt }) => ({
        name: `${release.service} ${release.version}`,
        evaluatedAt,
      }))
  } catch {
    return null
  }
}
