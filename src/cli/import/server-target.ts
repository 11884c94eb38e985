import { framed } from '../../store/imports/import-body.ts'
import type { ApiClient } from '../api-client.ts'
import type { ImportTarget } from './import-target.ts'

/** Imports through a running server. */
export function serverTarget(client: ApiClient): ImportTarget {
  return {
    known: async (keys) => client.imported(keys),
    take: async (signal, bodies) => client.import(signal, framed(bodies)),
    async close() {},
  }
}
