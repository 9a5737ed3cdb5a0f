// Panels of a run in an arrangement: `lg_jupyter/dashboards/dashboard.py` is its other side.

import "../../components/base.css";
import { widgetOf } from "../widget";
import { DashboardApp } from "./app";

export const begin = widgetOf(DashboardApp);
