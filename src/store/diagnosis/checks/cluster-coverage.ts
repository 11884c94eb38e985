import { type Diagnosis, fine, wrong } from '../diagnosis.ts'
import type { Figures } from '../figures.ts'

/** Do all servers of the cluster answer? Of one server there is nothing to say. */
export function clusterCoverage({ health }: Figures): Diagnosis[] {
  const cluster: unknown = 'cluster' in health ? health.cluster : undefined
  if (typeof cluster !== 'object' || cluster === null || !('missing' in cluster)) return []
  const missing = Array.isArray(cluster.missing) ? cluster.missing.map(String) : []
  if (missing.length === 0) return [fine('cluster', 'Every shard of the cluster answers.')]
  return [
    wrong(
      'cluster',
      `${missing.length} shards of the cluster do not answer: ${missing.join(', ')}.`,
      'Answers lack their share of the data, and releases are held for that reason: bring these servers back.',
    ),
  ]
}
