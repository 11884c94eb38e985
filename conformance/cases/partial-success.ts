import type { HttpAnswer } from '../clients/http-client.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import type { PartialSuccess } from '../http-checks.ts'
import {
  expectThat,
  exportResponse,
  orNotRun,
  partialSuccessOf,
  refusedWith,
} from '../http-checks.ts'
import { codes, grpcPartialSuccess } from '../grpc-checks.ts'
import type { Encoding } from '../payloads.ts'
import { span, traces } from '../payloads.ts'
import { grpcMessage, postMessage, sending } from '../requests.ts'
import { otlp } from '../sections.ts'
import type { Message } from '../wire/encode-message.ts'

const section = otlp('OTLP/HTTP Response: Partial Success')
const sent = { good: 2, bad: 3 }

/** Spans of which some have ids that the schema calls invalid: of zeros, and of a wrong length. */
const mixed = (): Message =>
  traces([
    span(),
    span({ traceId: '00'.repeat(16) }),
    span({ spanId: '00'.repeat(8) }),
    span({ traceId: 'abcd' }),
    span(),
  ])
const described = '2 good spans, and 3 with ids of zeros or of a wrong length'

/** What the server rejected, where it rejected anything: it may as well take all, or refuse the whole. */
function rejection(answer: HttpAnswer, encoding: Encoding): PartialSuccess {
  refusedWith(200, 400)(answer)
  const partial =
    answer.status === 200
      ? partialSuccessOf(exportResponse(answer.body, 'traces', encoding))
      : undefined
  const reason =
    answer.status === 200
      ? 'the server takes spans with invalid ids'
      : 'the server refuses the whole request'
  return orNotRun(partial !== undefined && partial.rejected > 0 ? partial : undefined, reason)
}

const inBoth = (['protobuf', 'json'] as const).flatMap((encoding): ConformanceCase[] => {
  const needs: Pick<ConformanceCase, 'needs'> = encoding === 'json' ? { needs: ['json'] } : {}
  const request = () => postMessage('traces', encoding, mixed())
  return [
    {
      id: `partial-success/status-${encoding}`,
      level: 'MUST',
      section,
      sends: `${described}, in ${encoding}`,
      expects: '200, or 400 for the whole request',
      ...needs,
      fault: 'status-202',
      run: sending(request, refusedWith(200, 400)),
    },
    {
      id: `partial-success/count-${encoding}`,
      level: 'MUST',
      section,
      sends: `${described}, in ${encoding}`,
      expects: 'where spans are rejected, how many: not more than were bad',
      ...needs,
      fault: 'wrong-rejected-count',
      run: sending(request, (answer) => {
        const { rejected } = rejection(answer, encoding)
        expectThat(
          Number.isInteger(rejected) && rejected <= sent.bad,
          `${rejected} were rejected of ${sent.bad} bad ones`,
        )
      }),
    },
    {
      id: `partial-success/message-${encoding}`,
      level: 'SHOULD',
      section,
      sends: `${described}, in ${encoding}`,
      expects: 'where spans are rejected, a message that says why',
      ...needs,
      fault: 'silent-rejection',
      run: sending(request, (answer) => {
        expectThat(rejection(answer, encoding).message.trim() !== '', 'there is no message')
      }),
    },
  ]
})

export const partialSuccessCases: readonly ConformanceCase[] = [
  ...inBoth,
  {
    id: 'partial-success/all-bad',
    level: 'MUST',
    section,
    sends: 'spans of which every one has an invalid id',
    expects: '200 or 400; where they are rejected, how many',
    fault: 'wrong-rejected-count',
    run: sending(
      () => postMessage('traces', 'protobuf', traces([span({ traceId: 'ab' })])),
      (answer) => {
        expectThat(rejection(answer, 'protobuf').rejected === 1, 'not 1 was rejected of 1')
      },
    ),
  },
  {
    id: 'partial-success/grpc-count',
    level: 'MUST',
    section: otlp('OTLP/gRPC Response: Partial Success'),
    sends: `${described}, over gRPC`,
    expects: 'where spans are rejected, status 0 and how many: not more than were bad',
    needs: ['grpc'],
    fault: 'wrong-rejected-count',
    async run(target) {
      const answer = await target.call(grpcMessage('traces', mixed()))
      const whole = answer.code === codes.INVALID_ARGUMENT
      const partial = whole ? undefined : grpcPartialSuccess(answer, 'traces')
      const { rejected } = orNotRun(
        partial !== undefined && partial.rejected > 0 ? partial : undefined,
        whole ? 'the server refuses the whole request' : 'the server takes spans with invalid ids',
      )
      expectThat(rejected <= sent.bad, `${rejected} were rejected of ${sent.bad} bad ones`)
    },
  },
]
