import { fileURLToPath } from 'node:url'
import { loadEnvironments } from '../../src/config/repository/load-environments.ts'
import { environmentName } from './names.ts'

/** The folder of the shop: what its repository would be. */
export const shopFolder = fileURLToPath(new URL('../shop', import.meta.url))

/** What the shared object of an environment is written in, below the folder of the shop. */
export const environmentFile = `environments/${environmentName}/checkout.yaml`

/** What lies in the secret store of production: nobody's key. */
const paymentKey = 'clearline_live_0000000000000000'

/**
 * The environment that checkout's instances are given, as its manifest says it. Ports are given by whoever starts them.
 * @param folder the shop's, or a copy with another manifest
 */
export function checkoutEnvironment(folder: string): Record<string, string> {
  const [environment] = loadEnvironments(folder, [
    { name: environmentName, files: [{ path: environmentFile }] },
  ])
  const entries = (environment?.bindings ?? []).flatMap(({ key, value }): [string, string][] =>
    value === undefined ? [] : [[key, value.reveal()]],
  )
  if (entries.length === 0) throw new Error(`${environmentFile} binds nothing`)
  return { PAYMENT_API_KEY: paymentKey, ...Object.fromEntries(entries) }
}
