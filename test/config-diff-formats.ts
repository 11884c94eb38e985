/** The same bindings in every format that an environment is read from. */
export type Values = Record<string, string>

const list = (values: Values): { name: string; value: string }[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }))

const containers = (values: Values): unknown[] => [{ name: 'api', environment: list(values) }]

/** Format -> path and text; every value of `values` must be plain (no quotes, `$` or line ends). */
export const formats: Record<string, (values: Values) => { path: string; text: string }> = {
  dotenv: (values) => ({
    path: 'app.env',
    text: Object.entries(values)
      .map(([key, value]) => `${key}='${value}'\n`)
      .join(''),
  }),
  shell: (values) => ({
    path: 'app.sh',
    text: Object.entries(values)
      .map(([key, value]) => `export ${key}='${value}'\n`)
      .join(''),
  }),
  compose: (values) => ({
    path: 'compose.yaml',
    text: `services:\n  api:\n    environment: ${JSON.stringify(values)}\n`,
  }),
  kubernetes: (values) => ({
    path: 'app.yaml',
    text: `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nspec: { template: { spec: { containers: [{ name: api, env: ${JSON.stringify(list(values))} }] } } }\n`,
  }),
  configMap: (values) => ({
    path: 'map.yaml',
    text: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: ${JSON.stringify(values)}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: shop }\nspec: { template: { spec: { containers: [{ name: api, envFrom: [{ configMapRef: { name: settings } }] }] } } }\n`,
  }),
  githubActions: (values) => ({
    path: '.github/workflows/deploy.yml',
    text: `on: push\njobs:\n  api:\n    env: ${JSON.stringify(values)}\n    steps: [{ run: ./deploy }]\n`,
  }),
  ecs: (values) => ({
    path: 'task.json',
    text: JSON.stringify({ family: 'shop', containerDefinitions: containers(values) }, null, 1),
  }),
  terraformPlan: (values) => ({
    path: 'plan.json',
    text: JSON.stringify({
      format_version: '1.2',
      resource_changes: [
        {
          address: 'aws_ecs_task_definition.shop',
          type: 'aws_ecs_task_definition',
          change: {
            actions: ['update'],
            after: { container_definitions: JSON.stringify(containers(values)) },
          },
        },
      ],
    }),
  }),
  terraformState: (values) => ({
    path: 'state.json',
    text: JSON.stringify({
      format_version: '1.0',
      terraform_version: '1.9.0',
      values: {
        root_module: {
          resources: [
            {
              address: 'aws_lambda_function.shop',
              values: { environment: [{ variables: values }] },
              sensitive_values: {},
            },
          ],
        },
      },
    }),
  }),
}
