import {
  createFrontendModule,
  createRouteRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  NavContentBlueprint,
  SignInPageBlueprint,
} from '@backstage/plugin-app-react';
import HomeIcon from '@mui/icons-material/Home';
import { Navigation } from './navigation/Navigation';

/** What the example adds to the app itself: sign-in, navigation and a first page. */
export const exampleModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    SignInPageBlueprint.make({
      params: {
        loader: () => import('./signIn/SignInPage').then(m => m.SignInPage),
      },
    }),
    NavContentBlueprint.make({ params: { component: Navigation } }),
    PageBlueprint.make({
      name: 'home',
      params: {
        path: '/',
        title: 'Home',
        icon: <HomeIcon fontSize="inherit" />,
        routeRef: createRouteRef(),
        noHeader: true,
        loader: () => import('./home/HomePage').then(m => <m.HomePage />),
      },
    }),
  ],
});
