/** JSON of the API that is made from single values. */
@NullMarked
package io.tracetide.alert.api.view;

import org.jspecify.annotations.NullMarked;
