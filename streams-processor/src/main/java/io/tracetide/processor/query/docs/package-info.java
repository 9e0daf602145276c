/** The description of the query API as an OpenAPI document and as a page. */
@NullMarked
package io.tracetide.processor.query.docs;

import org.jspecify.annotations.NullMarked;
