import type { Store } from '../../../../store/store.ts'
import { sampleOf } from '../../units/unit-scope.ts'
import type { PartInput } from '../evidence-part.ts'
import { type EdgeRole, edgeRoles } from './edge.ts'
import { answeringSql, type EdgeScope, othersSeenSql } from './edge-sql.ts'
import type { EdgeWindow } from './edge-window.ts'

/** What the questions about edges are bound to. */
export interface EdgeRead {
  store: Store
  scope: EdgeScope
  parameters: Record<string, unknown>
  candidateVersion: string
  /** The roles that there can be edges of, by what other services sent. */
  roles: readonly EdgeRole[]
}

/** More units than this are read as a hashed sample of traces: a trace has many spans for each. */
const maxUnits = 50_000

export async function edgeRead(
  { store, recorded, table, sample }: Pick<PartInput, 'store' | 'recorded' | 'table' | 'sample'>,
  { from, to, wideFrom, wideTo }: EdgeWindow,
): Promise<EdgeRead> {
  const { service, environment, version, baselineVersion } = recorded.release
  let oneOf = 1
  while (table.sampledFrom / oneOf > maxUnits) oneOf *= 2
  const sampled = table.sample?.oneOf ?? 1
  const scope: EdgeScope = {
    store,
    // a sample of more traces holds these as well
    own: oneOf % sampled === 0 ? await sample?.take(sampled) : undefined,
    sample: sampleOf(oneOf),
  }
  const parameters = {
    service,
    environment,
    sides: [version, baselineVersion ?? ''],
    from,
    to,
    wideFrom,
    wideTo,
  }
  const [others] = await store.query<{ calls: number; spans: number }>(
    othersSeenSql(scope),
    parameters,
  )
  const { calls = 0, spans = 0 } = others ?? {}
  // whose address it is, is known before a call is answered
  const known =
    spans === 0
      ? []
      : await store.query<{ host: string; service: string }>(answeringSql(scope), parameters)
  const hosts = known.map(({ host }) => host)
  const services = known.map((each) => each.service)
  return {
    store,
    scope,
    candidateVersion: version,
    roles: edgeRoles.filter((role) =>
      role === 'call' ? true : role === 'beyond' || role === 'below' ? spans > 0 : calls > 0,
    ),
    // an empty list has no type that the engine could compare with
    parameters: { ...parameters, hosts: ['', ...hosts], services: ['', ...services] },
  }
}
