/** Bodies of api.weather.gov, as far as a test says what is in them. */
export function feature(properties: object, geometry: object | null = null): object {
  return { type: "Feature", geometry, properties };
}

export function observation(members: object): object {
  return feature({ "@type": "wx:ObservationStation", ...members });
}

export function quantity(value: number | string | null, unitCode: string): object {
  return { value, unitCode };
}
