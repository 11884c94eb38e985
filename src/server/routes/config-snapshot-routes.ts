import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'

import { parseSnapshot } from '../../config/snapshot/parse-snapshot.ts'
import { AftergreenError } from '../../errors.ts'
import type { ReleaseService } from '../../releases/release-service.ts'
import { jsonText } from '../json-text.ts'

/** Some thirty thousand inputs. */
const maxBodyBytes = 8 * 1024 * 1024

/**
 * `POST /:id/config-snapshot` keeps a snapshot of the configuration (what `aftergreen config snapshot` writes) with a
 * release: 201 and `AttachedConfiguration`, 200 where the snapshot before it says the same.
 */
export function configSnapshotRoutes(releases: Pick<ReleaseService, 'attachSnapshot'>): Hono {
  const routes = new Hono()
  const limit = bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge })
  routes.post('/:id/config-snapshot', limit, async (context) => {
    const snapshot = parseSnapshot(jsonText(context, await context.req.text()), 'The body')
    const attached = await releases.attachSnapshot(context.req.param('id'), snapshot)
    return context.json(attached, attached.added ? 201 : 200)
  })
  return routes
}

function tooLarge(): never {
  throw new AftergreenError('REQUEST_TOO_LARGE', 'The snapshot is larger than 8 MiB.', {
    hint: 'Make one of the files that this service is given, not of the whole repository.',
  })
}
