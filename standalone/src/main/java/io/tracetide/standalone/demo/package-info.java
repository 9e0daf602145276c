/** The demonstration's workload: a small shop and a multi-agent workflow, with faults. */
@NullMarked
package io.tracetide.standalone.demo;

import org.jspecify.annotations.NullMarked;
