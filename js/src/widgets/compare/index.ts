// Two runs side by side: `lg_jupyter/comparison/widget.py` is its other side.

import "../../components/base.css";
import { widgetOf } from "../widget";
import { CompareApp } from "./app";
import { KEYS } from "./data";

export const begin = widgetOf(CompareApp, KEYS);
