import type { Engine } from './engine.ts'
import { connectExternalEngine, type ServerAddress } from './external-engine.ts'

/**
 * ClickHouse servers that are only ever read, whatever their user may do: every request forbids writing. Where the
 * user's profile forbids it already (`readonly = 2`), that is left as it is, because it cannot be said again.
 * @throws ENGINE_UNAVAILABLE
 */
export async function connectReadOnlyEngine(address: ServerAddress): Promise<Engine> {
  const forbidden = await isReadOnly(address)
  const engine = await connectExternalEngine(address, forbidden ? { reader: address } : {})
  return {
    ...engine,
    client: (_, patience) => engine.client('reader', patience),
    servers: () => engine.servers?.('reader') ?? [],
  }
}

/** Whether the profile of the user forbids writing. */
async function isReadOnly({ urls, username, password }: ServerAddress): Promise<boolean> {
  const credentials = Buffer.from(`${username}:${password}`).toString('base64')
  for (const url of urls) {
    // without any setting, which such a user might not change; by POST, because a GET is read-only of its own
    const answer = await fetch(url, {
      method: 'POST',
      body: "SELECT getSetting('readonly')",
      headers: { authorization: `Basic ${credentials}` },
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined)
    if (answer?.ok === true) return Number(await answer.text()) > 0
  }
  // who cannot be asked is refused, with words, by the connection that follows
  return false
}
