/** The release that the tests of the judge watch, and the traffic of its two versions. */
import type { Watched } from './watched-service.ts'

export const baseline = { service: 'checkout', version: '1.0.0', seconds: 60, requests: 4000 }
export const candidate = { service: 'checkout', version: '2.0.0', seconds: 60, requests: 1000 }
export const announced = { service: 'checkout', version: '2.0.0' }

/** A release that has been watched for a minute. */
export async function released(
  watched: Watched,
  { share, faulty = false }: { share?: number; faulty?: boolean } = {},
): Promise<string> {
  const { id } = await watched.service.start({
    ...announced,
    baselineVersion: '1.0.0',
    ...(share === undefined ? {} : { candidateShare: share }),
  })
  watched.elapse(60)
  await watched.traffic(baseline)
  await watched.traffic({ ...candidate, ...(faulty ? { swallowedPlan: 'business' } : {}) })
  return id
}
