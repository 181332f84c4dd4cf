import { ActionButton } from '../feedback/ActionButton';
import {
  createExternalRouteRef,
  useRouteRef,
} from '@backstage/core-plugin-api';
import { Link } from 'react-router-dom';

/** The page of forms one can start a request from; bound to the scaffolder where that is installed. */
export const createRequestRouteRef = createExternalRouteRef({
  id: 'gitops-events/create-request',
  optional: true,
  defaultTarget: 'scaffolder.root',
});

/** Leads to the forms; absent in a portal without them. */
export function RequestButton() {
  const create = useRouteRef(createRequestRouteRef);
  if (!create) return null;
  return (
    <ActionButton variant="contained" component={Link} to={create()}>
      Create a request
    </ActionButton>
  );
}
