import { dashboards } from '../../../dev/monitoring/dashboards/dashboards.ts';
import type { PrometheusServer } from '../../../dev/prometheus/prometheus-server.ts';
import type { Check } from '../proof.ts';

/** Grafana fills in what suits the width of the panel; here, all that has happened. */
const window = '30m';
const invented = 'sum(rate(gateway_invented_total[$__rate_interval]))';

/** Every query of every panel, as Grafana would send it. Throws where Prometheus refuses one. */
export async function checkPanels(prometheus: PrometheusServer): Promise<Check> {
  const series = dashboards.flatMap(({ id, panels }) =>
    panels.flatMap((panel) => panel.series.map((each) => ({ ...each, where: `${id}: ${panel.title}` }))),
  );
  const hasData = async (expression: string) =>
    (await prometheus.query(expression.replaceAll('$__rate_interval', window))).length > 0;
  const answers = await Promise.all(
    series.map(async (each) => ({ ...each, isThere: await hasData(each.expression) })),
  );
  const empty = answers.filter(({ isThere, isRare }) => !isThere && isRare !== true);
  const there = answers.filter(({ isThere }) => isThere).length;
  return {
    what: 'queries of panels that return data',
    found: `${there} of ${answers.length}${empty.length === 0 ? '' : `; none for ${empty.map(({ where }) => where).join(', ')}`}`,
    must: 'all but of what need not have happened',
    holds: empty.length === 0,
    control: {
      found: 'one for a metric that nobody has returns none',
      fails: !(await hasData(invented)),
    },
  };
}
