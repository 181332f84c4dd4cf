import { overviewSchema } from '../overview';
import { eventReadPermission } from '../permissions';
import { route, nothing, noBody } from './route';

export const overviewRoutes = {
  getOverview: route({
    method: 'GET',
    path: '/v1/overview',
    summary: 'The five numbers and what is behind them',
    permission: eventReadPermission,
    params: nothing,
    query: nothing,
    body: noBody,
    response: overviewSchema,
  }),
};
