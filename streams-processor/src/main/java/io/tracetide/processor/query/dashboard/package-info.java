/** The overview of a tenant: status of each service and the answer behind the page. */
@NullMarked
package io.tracetide.processor.query.dashboard;

import org.jspecify.annotations.NullMarked;
