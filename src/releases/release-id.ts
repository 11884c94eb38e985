import { createHash } from 'node:crypto'

/** A readable id that is safe in addresses and stable for the same release: `checkout-2.0.0-1f3a9c`. */
export function releaseId(release: {
  service: string
  environment: string
  version: string
  startedAt: string
}): string {
  const { service, environment, version, startedAt } = release
  const hash = createHash('sha256')
    .update(JSON.stringify([service, environment, version, startedAt]))
    .digest('hex')
  const slug = (text: string): string => text.replaceAll(/[^A-Za-z0-9._]+/g, '-').slice(0, 40)
  return `${slug(service)}-${slug(version)}-${hash.slice(0, 6)}`
}
