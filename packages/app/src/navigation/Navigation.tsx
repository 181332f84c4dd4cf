import {
  Sidebar,
  SidebarDivider,
  SidebarItem,
  SidebarSpace,
} from '@backstage/core-components';
import { NotificationsSidebarItem } from '@backstage/plugin-notifications';
import type { NavContentComponentProps } from '@backstage/plugin-app-react';

/** The daily pages on top in the order of use, the rest below the space. */
export function Navigation({ navItems }: NavContentComponentProps) {
  const nav = navItems.withComponent(item => (
    <SidebarItem icon={() => item.icon} to={item.href} text={item.title} />
  ));
  // The graph belongs to an entity, where its page shows it; alone it asks what to draw.
  nav.take('page:catalog-graph');
  // Its own item below counts what is not read yet.
  nav.take('page:notifications');
  return (
    <Sidebar>
      {nav.take('page:app/home')}
      {nav.take('page:gitops-events')}
      {nav.take('page:catalog')}
      {nav.take('page:scaffolder')}
      <SidebarSpace />
      <SidebarDivider />
      <NotificationsSidebarItem snackbarEnabled={false} />
      {nav.rest({ sortBy: 'title' })}
    </Sidebar>
  );
}
