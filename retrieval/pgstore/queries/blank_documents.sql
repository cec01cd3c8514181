-- Takes the words of the versions $1 away. What names them stays: ID and key.
UPDATE document SET
  url = '', source = '', title = '', doc_no = '', index_no = '', publisher = '', site_column = '', published = '', written = '',
  effective = '', expires = '', validity = '', validity_source = '', parent = '', bytes_sha256 = '', sections = '[]', pages = 'null', text = ''
WHERE num = ANY ($1)
