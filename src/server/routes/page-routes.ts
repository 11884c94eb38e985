import { readFile } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'

import { Hono } from 'hono'
import type { Context } from 'hono'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
}

/** Addresses that the pages route themselves. */
const ownPaths = ['/', '/releases/*', '/incidents', '/traces/*']

/** Everything comes from here alone. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The built pages: files as they are, and the one document for `/` and every address that the pages route themselves. */
export function pageRoutes(folder: string | null): Hono {
  const routes = new Hono()
  if (folder === null) {
    const sentence = 'The pages are not built. In a checkout, "npm run build" builds them.\n'
    for (const path of ownPaths) routes.get(path, (context) => context.text(sentence, 404))
    return routes
  }
  const root = resolve(folder)
  const document = async (context: Context): Promise<Response> =>
    (await fileResponse(root, '/index.html')) ?? context.notFound()
  for (const path of ownPaths) routes.get(path, document)
  routes.get('/*', async (context, next) => {
    const response = await fileResponse(root, new URL(context.req.url).pathname)
    if (response === null) return next()
    return response
  })
  return routes
}

/** null where the folder has no such file, or the path leads out of it. */
async function fileResponse(root: string, urlPath: string): Promise<Response | null> {
  const path = pathInside(root, urlPath)
  const type = path === null ? undefined : types[extname(path)]
  if (path === null || type === undefined) return null
  let content: Buffer<ArrayBuffer>
  try {
    content = await readFile(path)
  } catch {
    return null
  }
  const hashed = urlPath.startsWith('/assets/')
  return new Response(content, {
    headers: {
      'content-type': type,
      'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    },
  })
}

function pathInside(root: string, urlPath: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null
  const path = resolve(join(root, decoded))
  return path.startsWith(root + sep) ? path : null
}
