import { describe, expect, it } from 'vitest'
import { traceFixture, traceSpan } from '../../fixtures/trace.ts'
import { arrangeSpans } from './arrange-spans.ts'
import { traceExtent, traceSentence } from './trace-words.ts'

const shape = (spans: Parameters<typeof arrangeSpans>[0]) =>
  arrangeSpans(spans).map(
    ({ span, depth, orphan }) => `${depth}${orphan ? '?' : ''} ${span.spanId}`,
  )

describe('the order of the waterfall', () => {
  it('puts children below their parent, in the order of their start', () => {
    const spans = [
      traceSpan({ spanId: 'c', parentSpanId: 'a', offset: 5 }),
      traceSpan({ spanId: 'a', offset: 0 }),
      traceSpan({ spanId: 'b', parentSpanId: 'a', offset: 1 }),
      traceSpan({ spanId: 'd', parentSpanId: 'b', offset: 9 }),
    ]
    expect(shape(spans)).toEqual(['0 a', '1 b', '2 d', '1 c'])
  })

  it('loses no span whose parent is missing, itself, or below it', () => {
    const spans = [
      traceSpan({ spanId: 'a', parentSpanId: 'nobody' }),
      traceSpan({ spanId: 'b', parentSpanId: 'b' }),
      traceSpan({ spanId: 'c', parentSpanId: 'd' }),
      traceSpan({ spanId: 'd', parentSpanId: 'c' }),
    ]
    expect(shape(spans)).toEqual(['0? a', '0 b', '0 c', '1 d'])
  })

  it('keeps spans that share an id', () => {
    const spans = [traceSpan({ spanId: 'a' }), traceSpan({ spanId: 'a', offset: 1 })]
    expect(shape(spans)).toEqual(['0 a', '0 a'])
  })

  it('takes a trace of ten thousand levels', () => {
    const spans = Array.from({ length: 10_000 }, (_, i) =>
      traceSpan({ spanId: String(i), parentSpanId: i === 0 ? null : String(i - 1) }),
    )
    expect(arrangeSpans(spans).at(-1)?.depth).toBe(9999)
  })
})

describe('the sentence of a trace', () => {
  const sentence = (spans: Parameters<typeof arrangeSpans>[0]) =>
    traceSentence({ ...traceFixture(), spans: [...spans] }, arrangeSpans(spans)).replaceAll(
      '\u202f',
      ' ',
    )
  it('says how it ended', () => {
    const root = traceSpan({
      spanId: 'a',
      duration: 182,
      service: 'checkout',
      name: 'POST /orders',
    })
    const below = traceSpan({ spanId: 'b', parentSpanId: 'a', status: 'error' })
    expect(sentence([root])).toBe('checkout: POST /orders took 182 ms.')
    expect(sentence([{ ...root, status: 'error' }, below])).toBe(
      'checkout: POST /orders failed after 182 ms.',
    )
    expect(sentence([root, below])).toBe(
      'checkout: POST /orders reported no error after 182 ms, while 1 span below failed.',
    )
    expect(sentence([{ ...root, service: null, name: '' }])).toBe(
      'An unnamed service: (no name) took 182 ms.',
    )
  })

  it('says what there is', () => {
    expect(traceExtent(traceFixture())).toBe('5 spans of 3 services, 2 log records, 1 exemplar')
    const { logs } = traceFixture()
    const onlyLogs = { ...traceFixture(), spans: [], exemplars: [], logs }
    expect(traceSentence(onlyLogs, [])).toBe(
      'No span of this trace has arrived, only 2 log records.',
    )
  })
})
