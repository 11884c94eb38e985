import { DatabaseSync } from 'node:sqlite'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'

/** The shop's stock and orders, in SQL. */
export interface Inventory {
  /** Sets items of a product aside. @returns what is left of it; null where there is no such product */
  reserve(sku: string, session: string): number | null
  /** Turns the session's reservations into a shipment. @returns the number of items in it */
  ship(order: string, session: string): number
}

const products = 400
const stockOfProduct = 1000
/** Carts that nobody came back to are cleared beyond this many reservations. */
const reservationsKept = 20_000

const schema = `
  CREATE TABLE products (sku TEXT PRIMARY KEY, stock INTEGER NOT NULL);
  CREATE TABLE reservations (id INTEGER PRIMARY KEY, sku TEXT NOT NULL, session TEXT NOT NULL);
  CREATE INDEX reservations_by_session ON reservations (session);
  CREATE TABLE shipments (order_id TEXT PRIMARY KEY, items INTEGER NOT NULL);
`

const tracer = trace.getTracer('inventory')

export function openInventory(file: string): Inventory {
  const database = new DatabaseSync(file)
  database.exec(schema)
  const addProduct = database.prepare('INSERT INTO products (sku, stock) VALUES (?, ?)')
  for (let i = 1; i <= products; i++) addProduct.run(`p${i}`, stockOfProduct)

  /** Prepares a statement whose every run is a database span. */
  function prepare<T>(
    sql: string,
    operation: string,
    table: string,
    run: (statement: ReturnType<typeof database.prepare>, values: string[]) => T,
  ) {
    const statement = database.prepare(sql)
    const options = {
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'sqlite',
        'db.operation.name': operation,
        'db.collection.name': table,
        'db.query.text': sql,
      },
    }
    return (...values: string[]): T =>
      tracer.startActiveSpan(`${operation} ${table}`, options, (span) => {
        try {
          return run(statement, values)
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR })
          if (error instanceof Error) span.recordException(error)
          throw error
        } finally {
          span.end()
        }
      })
  }

  const takeStock = prepare(
    `UPDATE products SET stock = CASE stock WHEN 0 THEN ${stockOfProduct} ELSE stock - 1 END WHERE sku = ? RETURNING stock`,
    'UPDATE',
    'products',
    (statement, values) => statement.get(...values)?.['stock'],
  )
  const addReservation = prepare(
    'INSERT INTO reservations (sku, session) VALUES (?, ?)',
    'INSERT',
    'reservations',
    (statement, values) => Number(statement.run(...values).lastInsertRowid),
  )
  const takeReservations = prepare(
    'DELETE FROM reservations WHERE session = ?',
    'DELETE',
    'reservations',
    (statement, values) => Number(statement.run(...values).changes),
  )
  const addShipment = prepare(
    'INSERT INTO shipments (order_id, items) VALUES (?, ?) ON CONFLICT DO NOTHING',
    'INSERT',
    'shipments',
    (statement, values) => statement.run(...values),
  )
  const forget = database.prepare('DELETE FROM reservations WHERE id < ?')

  return {
    reserve(sku, session) {
      const left = takeStock(sku)
      if (typeof left !== 'number') return null
      const id = addReservation(sku, session)
      if (id % 1000 === 0) forget.run(id - reservationsKept)
      return left
    },
    ship(order, session) {
      const items = takeReservations(session)
      addShipment(order, String(items))
      return items
    },
  }
}
