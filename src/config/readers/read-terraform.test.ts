import { expect, test } from 'vitest'
import { effective, read } from './read-files.fixture.ts'

test('terraform: what is sensitive is never a value, what is known after the apply is unknown', () => {
  const plan = {
    resource_changes: [
      {
        address: 'aws_lambda_function.pay',
        change: {
          after: { environment: [{ variables: { MODE: 'live', KEY: 'sk_live_1' } }] },
          after_sensitive: { environment: [{ variables: { KEY: true } }] },
          after_unknown: { environment: [{ variables: { QUEUE: true } }] },
        },
      },
      {
        address: 'aws_ecs_task_definition.api',
        change: {
          after: {
            container_definitions: JSON.stringify([
              {
                name: 'web',
                environment: [{ name: 'A', value: '1' }],
                secrets: [{ name: 'S', valueFrom: 'arn:x' }],
              },
            ]),
          },
          after_sensitive: {},
          after_unknown: {},
        },
      },
      {
        address: 'aws_ecs_task_definition.hidden',
        change: {
          after: {
            container_definitions: '[{"name":"h","environment":[{"name":"H","value":"v"}]}]',
          },
          after_sensitive: { container_definitions: true },
        },
      },
      {
        address: 'google_cloud_run_v2_service.run',
        change: {
          after: {
            template: [
              {
                containers: [
                  {
                    image: 'i',
                    env: [
                      { name: 'R', value: 'r' },
                      { name: 'RS', value_source: [{ secret_key_ref: [] }] },
                    ],
                  },
                ],
              },
            ],
          },
        },
      },
      {
        address: 'azurerm_linux_web_app.w',
        change: { after: { app_settings: { Z: 'z' } }, after_sensitive: { app_settings: true } },
      },
      { address: 'aws_lambda_function.gone', change: { after: null } },
    ],
  }
  const { bindings } = read({ 'plan.json': JSON.stringify(plan) })
  expect(effective(bindings)).toEqual({
    'aws_lambda_function.pay MODE': 'live',
    'aws_lambda_function.pay KEY': '-> It is marked as sensitive, or lies in a secret.',
    'aws_lambda_function.pay QUEUE': 'unknown',
    'aws_ecs_task_definition.api/web A': '1',
    'aws_ecs_task_definition.api/web S': '-> arn:x',
    'aws_ecs_task_definition.hidden/h H': '-> It is marked as sensitive.',
    'google_cloud_run_v2_service.run R': 'r',
    'google_cloud_run_v2_service.run RS': '-> It is marked as sensitive, or lies in a secret.',
    'azurerm_linux_web_app.w Z': '-> It is marked as sensitive, or lies in a secret.',
  })
  expect(JSON.stringify(bindings)).not.toMatch(/sk_live|"live"/)
  const state = {
    terraform_version: '1.14.0',
    values: {
      root_module: {
        child_modules: [
          {
            resources: [
              {
                address: 'm.l',
                values: { environment: [{ variables: { A: '1', B: 'x' } }] },
                sensitive_values: { environment: [{ variables: { B: true } }] },
              },
            ],
          },
        ],
      },
    },
  }
  expect(effective(read({ 'state.json': JSON.stringify(state) }).bindings)).toMatchObject({
    'm.l A': '1',
    'm.l B': expect.stringMatching(/^->/),
  })
})
